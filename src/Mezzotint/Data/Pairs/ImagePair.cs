using Mezzotint.Imaging;

namespace Mezzotint.Data.Pairs;

/// <summary>What is given and what is to come of it, of one size, as they lie in their files.</summary>
/// <param name="Name">What the pair is called.</param>
/// <param name="Target">What is to come, 8-bit colour without alpha.</param>
public sealed record ImagePair(string Name, Picture Target)
{
    /// <summary>What is given, where it is a picture: 8-bit colour without alpha.</summary>
    public Picture? Input { get; init; }

    /// <summary>What is given, where it is a label map.</summary>
    public LabelMap? Labels { get; init; }

    /// <summary>Which instance each pixel belongs to, where that is known.</summary>
    public LabelMap? Instances { get; init; }

    /// <summary>All of it at another size: pictures by bicubic interpolation, labels by the nearest.</summary>
    public ImagePair Resize(int width, int height) => (width, height) == (Target.Width, Target.Height) ? this : this with
    {
        Target = Target.Resize(width, height),
        Input = Input?.Resize(width, height),
        Labels = Labels?.Resize(width, height),
        Instances = Instances?.Resize(width, height),
    };

    /// <summary>All of it at the smallest size, of the same proportions, of which a rectangle can be cut.</summary>
    public ImagePair Cover(int width, int height)
    {
        double scale = Math.Max((double)width / Target.Width, (double)height / Target.Height);
        return Resize(
            Math.Max(width, (int)Math.Round(Target.Width * scale)), Math.Max(height, (int)Math.Round(Target.Height * scale)));
    }

    /// <summary>Bytes that it takes in memory.</summary>
    public long Bytes => (long)Target.Width * Target.Height
        * (3 + (Input is null ? 0 : 3) + (Labels is null ? 0 : sizeof(int)) + (Instances is null ? 0 : sizeof(int)));
}
