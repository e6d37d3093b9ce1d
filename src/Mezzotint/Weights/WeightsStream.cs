using Mezzotint.Imaging.Files;

namespace Mezzotint.Weights;

/// <summary>Opens a file of weights so that whatever is wrong with it is said in one sentence that names it.</summary>
internal static class WeightsStream
{
    /// <summary>How much is read at a time, in bytes.</summary>
    public const int ChunkBytes = 1 << 16;

    /// <summary>Reads from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">The reading; what it throws as <see cref="WeightsException"/> is a clause without the file's name and without a
    /// full stop.</param>
    /// <exception cref="WeightsException">The file is missing, unreadable, or refused by <paramref name="read"/>.</exception>
    public static T Open<T>(string path, Func<FileStream, T> read)
    {
        try
        {
            if (InputFile.Length(path) == 0) throw new WeightsException("it is empty; get a whole copy of it");
            using var stream = InputFile.Open(path, ChunkBytes);
            return read(stream);
        }
        catch (WeightsException fault)
        {
            throw new WeightsException($"Cannot read the weights '{path}': {fault.Message}.", fault);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new WeightsException($"There is no weights file '{path}'.", fault);
        }
        catch (UnauthorizedAccessException fault) when (Directory.Exists(path))
        {
            throw new WeightsException($"'{path}' is a folder; name a file of weights in it, as a run's model.safetensors.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException($"Cannot read the weights '{path}': {fault.Message.TrimEnd('.')}.", fault);
        }
    }
}
