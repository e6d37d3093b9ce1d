using System.Globalization;
using Mezzotint.Imaging;

namespace Mezzotint.Cli.Commands;

/// <summary>How large outputs are to become.</summary>
/// <param name="Scale">How many times larger, each way; null for what the model does, unless a side is given.</param>
/// <param name="Width">Columns, or null.</param>
/// <param name="Height">Rows, or null; of one side the other follows, in the picture's proportions.</param>
internal sealed record OutputSize(double? Scale, int? Width, int? Height)
{
    /// <summary>Whether it depends on each picture how many times larger it becomes.</summary>
    public bool IsOfSides => Width is not null || Height is not null;

    /// <summary>What the names of outputs say of it: x4, x3.5, 3840w, 2160h, 3840x2160.</summary>
    /// <param name="modelScale">How many times the model enlarges.</param>
    public string Name(int modelScale) => (Width, Height) switch
    {
        (null, null) => string.Create(CultureInfo.InvariantCulture, $"x{Scale ?? modelScale}"),
        ({ } width, null) => $"{width}w",
        (null, { } height) => $"{height}h",
        ({ } width, { } height) => $"{width}x{height}",
    };

    /// <summary>Columns and rows of the output of a picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="modelScale">How many times the model enlarges.</param>
    public (int Width, int Height) Of(PictureHeader picture, int modelScale)
    {
        double across = Width is { } width ? (double)width / picture.Width
            : Height is { } onlyHeight ? (double)onlyHeight / picture.Height : Scale ?? modelScale;
        double down = Height is { } height ? (double)height / picture.Height
            : Width is { } onlyWidth ? (double)onlyWidth / picture.Width : Scale ?? modelScale;
        return (Pixels(picture.Width * across), Pixels(picture.Height * down));
    }

    /// <summary>How many times larger a picture becomes, on the side that grows more.</summary>
    public double FactorOf(PictureHeader picture) =>
        Scale ?? Math.Max((double)(Width ?? 0) / picture.Width, (double)(Height ?? 0) / picture.Height);

    private static int Pixels(double size) => (int)Math.Clamp(Math.Round(size, MidpointRounding.AwayFromZero), 1, int.MaxValue);
}
