using System.Diagnostics;
using Mezzotint.Imaging.Files;

namespace Mezzotint.Imaging.Tests;

public sealed class RowsTests
{
    [Theory]
    [InlineData(1, 8), InlineData(2, 8), InlineData(3, 8), InlineData(4, 8), InlineData(1, 16), InlineData(3, 16), InlineData(4, 16)]
    public void Rows_written_a_few_at_a_time_are_the_picture(int channels, int bitDepth)
    {
        using var folder = new TemporaryFolder();
        var picture = Pixels.Noise(new Random(channels), 31, 23, channels, bitDepth);
        var path = folder["out.png"];
        using (var rows = new PictureRows(path, Header(picture), picture.Metadata))
        {
            for (var y = 0; y < 23; y += 5)
            {
                var part = picture.Crop(0, y, 31, Math.Min(5, 23 - y));
                if (bitDepth == 8) rows.Write(Bytes(part));
                else rows.Write(Words(part));
                Assert.False(File.Exists(path));
            }

            rows.Complete();
        }

        Assert.Equal(picture.ToFloats(), Picture.Load(path).ToFloats());
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_file_given_up_leaves_nothing_and_the_old_one_as_it_was()
    {
        using var folder = new TemporaryFolder();
        var picture = Pixels.Slopes(8, 8, 3, 8);
        var path = folder.Write("out.png", "precious"u8);
        using (var rows = new PictureRows(path, Header(picture), picture.Metadata))
        {
            rows.Write(Bytes(picture.Crop(0, 0, 8, 3)));
            Assert.Throws<InvalidOperationException>(rows.Complete);
            Assert.Throws<ArgumentException>(() => rows.Write(new byte[8 * 3 * 6]));
        }

        Assert.Equal("precious", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void On_Linux_an_unfinished_file_has_no_name_that_a_kill_could_leave_behind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "nameless files are Linux's");
        using var folder = new TemporaryFolder();
        var probe = Posix.OpenNameless(folder.Path);
        Assert.SkipUnless(probe >= 0, "this file system has no nameless files");
        using var file = new PendingFile(folder["out.png"]);
        file.Stream.Write(new byte[1 << 20]);
        file.Stream.Flush();
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        file.Commit();
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void What_a_dead_process_left_is_removed_and_what_a_living_one_writes_is_not()
    {
        using var folder = new TemporaryFolder();
        using var dead = Process.Start("true");
        dead.WaitForExit();
        var path = folder.Write("out.png", "old"u8);
        folder.Write($".other.png.{dead.Id}-abcd.efg.partial", "left"u8);
        var living = folder.Write($".other.png.{Environment.ProcessId}-abcd.efg.partial", "wanted"u8);
        Pixels.Slopes(8, 8, 3, 8).Save(path);
        Assert.Equal([living, path], Directory.GetFileSystemEntries(folder.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_disk_without_room_is_told_from_a_picture_at_fault()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/dev/full"), "the device that is always full is Linux's");
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 1);
        var refused = Assert.Throws<IOException>(() => Pixels.Slopes(64, 64, 3, 8).Save(full, PictureFormat.Png));
        var told = PictureWriter.NotWritten("out.png", refused);
        Assert.Equal("out.png: the file cannot be written, because the disk is full; free some space.", told.Message);
    }

    [Theory]
    [InlineData(3, 100, 50), InlineData(4, 13, 100), InlineData(1, 35, 27)]
    public void Resized_rows_are_those_of_the_picture_resized_whole(int channels, int width, int height)
    {
        var picture = Pixels.Noise(new Random(7), 35, 27, channels, 8);
        var whole = picture.Resize(width, height);
        for (var top = 0; top < height; top += 9)
        {
            var rows = Math.Min(9, height - top);
            Assert.Equal(whole.Crop(0, top, width, rows).ToFloats(), picture.ResizeRows(width, height, top, rows).ToFloats());
        }
    }

    private static PictureHeader Header(Picture picture) =>
        new(PictureFormat.Png, picture.Width, picture.Height, picture.Channels, picture.BitDepth, picture.HasAlpha, 1);

    private static byte[] Bytes(Picture picture)
    {
        var samples = new byte[picture.Samples];
        picture.CopyTo(samples);
        return samples;
    }

    private static ushort[] Words(Picture picture)
    {
        var samples = new ushort[picture.Samples];
        picture.CopyTo(samples);
        return samples;
    }
}
