namespace Mezzotint.Imaging.Tests;

public sealed class AnimationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Frames_become_an_animated_webp_with_their_durations()
    {
        string path = _folder["three.webp"];
        Picture.SaveAnimation([Frame(0), Frame(100), Frame(200)], path, 40, new SaveOptions { Lossless = true });
        byte[] file = File.ReadAllBytes(path);
        int[] durations = [.. Chunks(file).Where(chunk => chunk.Type == "ANMF").Select(chunk => file[chunk.At + 12] + (file[chunk.At + 13] << 8))];
        Assert.Equal([40, 40, 40], durations); // RFC 9649: the frame's duration is the 24 bits behind four of 24
        Picture first = Picture.Load(path);
        Assert.Equal((5, 7, 3), (first.Width, first.Height, first.Pages));
        Assert.Equal(0, first[2, 3, 1]);
    }

    [Fact]
    public void What_is_no_animation_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Picture.SaveAnimation([], _folder["none.webp"]));
        Assert.Throws<ArgumentException>(() => Picture.SaveAnimation([Frame(0), Frame(1).Resize(9, 9)], _folder["sizes.webp"]));
        Assert.Contains(".webp", Assert.Throws<PictureException>(() => Picture.SaveAnimation([Frame(0)], _folder["one.png"])).Message);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private static Picture Frame(byte value) => Picture.FromSamples([.. Enumerable.Repeat(value, 5 * 7 * 3)], 5, 7, 3);

    private static IEnumerable<(string Type, int At)> Chunks(byte[] file)
    {
        for (int at = 12; at + 8 <= file.Length;)
        {
            int length = BitConverter.ToInt32(file, at + 4);
            yield return (System.Text.Encoding.ASCII.GetString(file, at, 4), at + 8);
            at += 8 + length + (length & 1);
        }
    }
}
