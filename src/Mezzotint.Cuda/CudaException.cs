namespace Mezzotint.Cuda;

/// <summary>
/// A GPU or one of its libraries is not there, is not fit, or has failed; the message is one sentence that says what to do.
/// </summary>
public sealed class CudaException : Exception
{
    /// <summary>A fault with its sentence.</summary>
    public CudaException(string message)
        : base(message)
    {
    }

    /// <summary>A fault with its sentence and what lay beneath it.</summary>
    public CudaException(string message, Exception? cause)
        : base(message, cause)
    {
    }
}
