using Mezzotint.Weights;

namespace Mezzotint.Fuzz.Readers;

/// <summary>PyTorch's files of either form.</summary>
internal abstract class PyTorchReader : Reader
{
    /// <inheritdoc/>
    public override string Extension => ".pth";

    /// <inheritdoc/>
    public override string Read(string path, byte[] bytes)
    {
        PyTorchFile file = PyTorchFile.Read(path);
        Arrays.Check(file.Arrays, file.Formats);
        long numbers = file.Arrays.Sum(array => array.Data.LongLength * Arrays.BytesOf(file.Formats[array.Name]));
        WrongSuccessException.Unless(numbers <= 4L * bytes.Length, $"{numbers} bytes of numbers were read of a file of {bytes.Length}");
        WrongSuccessException.Unless(file.Parts.Contains(file.Part), "the part that was read is none of the parts");
        string likely = WeightsFile.IsPyTorch(path) ? Arrays.Inspect(path, file.Arrays) : "unlike PyTorch";
        string formats = string.Join(',', file.Formats.Values.Distinct());
        return $"{Magnitude(file.Arrays.Count)} {formats} {Magnitude(file.Parts.Count)} {file.Part.Path.Count(c => c == '.')} {likely}";
    }
}
