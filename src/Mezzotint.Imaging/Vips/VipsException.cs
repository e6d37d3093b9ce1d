namespace Mezzotint.Imaging.Vips;

/// <summary>What libvips said when an operation failed; the reader and the writer turn it into a sentence about the file.</summary>
internal sealed class VipsException(string message) : Exception(message);
