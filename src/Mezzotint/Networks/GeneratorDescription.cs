namespace Mezzotint.Networks;

/// <summary>A generator of images of one size.</summary>
/// <param name="Size">The image's side, in pixels.</param>
/// <param name="ImageChannels">Channels of the image: 1 for grey, 3 for colour.</param>
/// <param name="Latent">Elements of the latent vector.</param>
/// <param name="Classes">The names of its classes; empty for none.</param>
public abstract record GeneratorDescription(int Size, int ImageChannels, int Latent, IReadOnlyList<string> Classes) : NetworkDescription
{
    private const int LargestSide = 4096;
    private const int LargestLatent = 1 << 24;
    private const int MostClasses = 100_000;

    /// <inheritdoc/>
    public override string Summary =>
        $"of {Size}x{Size} {(ImageChannels == 1 ? "grey" : "colour")} images" + (Classes.Count > 0 ? $" in {Classes.Count} classes" : "");

    /// <summary>Refuses numbers that no generator has.</summary>
    /// <exception cref="MezzotintException">One is out of bounds.</exception>
    protected void Check()
    {
        Require(Size, LargestSide, "pixels a side");
        Require(ImageChannels, 4, "image channels");
        Require(Latent, LargestLatent, "latent elements");
        if (Classes.Count > 0) Require(Classes.Count, MostClasses, "classes");
    }
}
