using Mezzotint.Cuda.Kernels;
using Mezzotint.Tensors;

namespace Mezzotint.Cuda;

/// <summary>A run that the GPU may still be at.</summary>
internal sealed class PendingRun(nint mark, StagingMemory results, long[] outputs, (Variable Variable, VariableCopy Copy)[] updated)
{
    private float[][]? _outputs;
    private bool _finite;
    private Exception? _fault;

    /// <summary>The mark after its last call.</summary>
    public nint Mark => mark;

    /// <summary>Whether its results have been taken.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Bytes in which the status is, before the outputs.</summary>
    public const int StatusBytes = 64;

    /// <summary>Where a run's outputs begin, in bytes, after the status.</summary>
    public static long[] Places(IReadOnlyList<long> counts, out long bytes)
    {
        var places = new long[counts.Count];
        bytes = StatusBytes;
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = bytes;
            bytes += (counts[i] * sizeof(float) + 63) / 64 * 64;
        }

        return places;
    }

    /// <summary>Takes the results, which have arrived.</summary>
    public void Finish(CudaDevice device)
    {
        _ = device;
        IsDone = true;
        Span<int> status = results.Span<int>(0, RunStatus.Words);
        long[] places = Places(outputs, out _);
        _outputs = new float[outputs.Length][];
        for (int i = 0; i < outputs.Length; i++) _outputs[i] = results.Span<float>(places[i], outputs[i]).ToArray();
        _finite = status[RunStatus.NotFinite] == 0;
        if (status[RunStatus.BadIndex] != 0)
        {
            _fault = new ArgumentException($"The index {status[RunStatus.Index]} names none of the {status[RunStatus.Rows]} rows of a table.");
            return;
        }

        if (!_finite) return;
        foreach ((Variable variable, VariableCopy copy) in updated)
        {
            variable.ChangedByHolder();
            copy.Version = variable.KnownVersion;
        }
    }

    /// <summary>Says that there will be no results.</summary>
    public void Fail(Exception fault) => (IsDone, _fault) = (true, fault);

    /// <summary>The results, once they are there.</summary>
    public (float[][] Outputs, bool Finite) Read(CudaDevice device)
    {
        lock (device.Turn)
        {
            device.Complete(this);
        }

        return _fault switch
        {
            null => (_outputs!, _finite),
            CudaException fault => throw new CudaException(fault.Message, fault),
            ArgumentException fault => throw new ArgumentException(fault.Message, fault),
            var fault => throw new InvalidOperationException(fault.Message, fault),
        };
    }
}
