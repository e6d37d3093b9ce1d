namespace Mezzotint.Imaging.Vips;

/// <summary>VipsInterpretation: what the bands of an image mean. Only the members that are told apart here have names.</summary>
internal enum Interpretation
{
    MultiBand = 0,
    Grey = 1,
    Lab = 13,
    Cmyk = 15,
    LabQ = 16,
    Rgb = 17,
    LabS = 21,
    Srgb = 22,
    Rgb16 = 25,
    Grey16 = 26,
}
