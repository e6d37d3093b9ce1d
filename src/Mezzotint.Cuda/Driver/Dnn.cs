using System.Runtime.InteropServices;
using Mezzotint.Cuda.Kernels;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Cuda.Driver;

/// <summary>
/// cuDNN: convolutions of N,H,W,C images. For each it keeps descriptors and the first algorithm that gives the same bits every time.
/// </summary>
internal sealed unsafe class Dnn : IDisposable
{
    private const int ChannelsLast = 1, Float32 = 0, Bfloat16 = 9, CrossCorrelation = 1, Deterministic = 1, MostAlgorithms = 16, PerfBytes = 48;
    private const int DefaultMath = 0, TensorMath = 1, FusedMultiplyAddMath = 3;
    private const long MostWorkspace = 1L << 30;

    private readonly delegate* unmanaged<nint, int> _destroy, _destroyTensor, _destroyFilter, _destroyConvolution;
    private readonly delegate* unmanaged<nint*, int> _createTensor, _createFilter, _createConvolution;
    private readonly delegate* unmanaged<nint, int, int, int, int, int, int, int> _setTensor, _setFilter;
    private readonly delegate* unmanaged<nint, int, int, int, int, int, int, int, int, int> _setConvolution;
    private readonly delegate* unmanaged<nint, int, int> _setGroups, _setMath;
    private readonly delegate* unmanaged<nint, nint, nint, nint, nint, int, int*, byte*, int> _forwardAlgorithms, _dataAlgorithms, _filterAlgorithms;
    private readonly delegate* unmanaged<nint, float*, nint, ulong, nint, ulong, nint, int, ulong, nuint, float*, nint, ulong, int> _forward, _data, _filter;
    private readonly Dictionary<(ConvolutionSide, ConvolutionGeometry), Choice?> _choices = [];
    private readonly nint _handle;
    private readonly int _math, _values;

    private Dnn(nint library, nint stream, CudaPrecision precision)
    {
        _destroy = (delegate* unmanaged<nint, int>)Find("cudnnDestroy");
        _createTensor = (delegate* unmanaged<nint*, int>)Find("cudnnCreateTensorDescriptor");
        _createFilter = (delegate* unmanaged<nint*, int>)Find("cudnnCreateFilterDescriptor");
        _createConvolution = (delegate* unmanaged<nint*, int>)Find("cudnnCreateConvolutionDescriptor");
        _destroyTensor = (delegate* unmanaged<nint, int>)Find("cudnnDestroyTensorDescriptor");
        _destroyFilter = (delegate* unmanaged<nint, int>)Find("cudnnDestroyFilterDescriptor");
        _destroyConvolution = (delegate* unmanaged<nint, int>)Find("cudnnDestroyConvolutionDescriptor");
        _setTensor = (delegate* unmanaged<nint, int, int, int, int, int, int, int>)Find("cudnnSetTensor4dDescriptor");
        _setFilter = (delegate* unmanaged<nint, int, int, int, int, int, int, int>)Find("cudnnSetFilter4dDescriptor");
        _setConvolution = (delegate* unmanaged<nint, int, int, int, int, int, int, int, int, int>)Find("cudnnSetConvolution2dDescriptor");
        _setGroups = (delegate* unmanaged<nint, int, int>)Find("cudnnSetConvolutionGroupCount");
        _setMath = (delegate* unmanaged<nint, int, int>)Find("cudnnSetConvolutionMathType");
        _forwardAlgorithms = (delegate* unmanaged<nint, nint, nint, nint, nint, int, int*, byte*, int>)Find("cudnnGetConvolutionForwardAlgorithm_v7");
        _dataAlgorithms = (delegate* unmanaged<nint, nint, nint, nint, nint, int, int*, byte*, int>)Find("cudnnGetConvolutionBackwardDataAlgorithm_v7");
        _filterAlgorithms = (delegate* unmanaged<nint, nint, nint, nint, nint, int, int*, byte*, int>)Find("cudnnGetConvolutionBackwardFilterAlgorithm_v7");
        _forward = (delegate* unmanaged<nint, float*, nint, ulong, nint, ulong, nint, int, ulong, nuint, float*, nint, ulong, int>)Find("cudnnConvolutionForward");
        _data = (delegate* unmanaged<nint, float*, nint, ulong, nint, ulong, nint, int, ulong, nuint, float*, nint, ulong, int>)Find("cudnnConvolutionBackwardData");
        _filter = (delegate* unmanaged<nint, float*, nint, ulong, nint, ulong, nint, int, ulong, nuint, float*, nint, ulong, int>)Find("cudnnConvolutionBackwardFilter");
        nint handle;
        Check(((delegate* unmanaged<nint*, int>)Find("cudnnCreate"))(&handle), "start");
        _handle = handle;
        Check(((delegate* unmanaged<nint, nint, int>)Find("cudnnSetStream"))(handle, stream), "take a stream");
        nuint number = ((delegate* unmanaged<nuint>)Find("cudnnGetVersion"))();
        Version = number >= 90000 ? $"{number / 10000}.{number / 100 % 100}" : $"{number / 1000}.{number / 100 % 10}";
        (_math, _values) = precision switch
        {
            CudaPrecision.TensorFloat32 => (DefaultMath, Float32),
            CudaPrecision.Bfloat16 => (TensorMath, Bfloat16),
            _ => (FusedMultiplyAddMath, Float32),
        };

        nint Find(string name) => NativeLibrary.GetExport(library, name);
    }

    /// <summary>Its version.</summary>
    public string Version { get; }

    /// <summary>Finds the library.</summary>
    /// <returns>The library, or null where there is none that fits.</returns>
    public static Dnn? Find(nint stream, CudaPrecision precision)
    {
        if (Libraries.Dnn() is not (not 0 and var library)) return null;
        try
        {
            return new Dnn(library, stream, precision);
        }
        catch (Exception fault) when (fault is EntryPointNotFoundException or CudaException)
        {
            return null;
        }
    }

    /// <summary>The bytes of workspace that a convolution takes, or null where the library has no algorithm for it.</summary>
    public long? Workspace(ConvolutionSide side, in ConvolutionGeometry geometry)
    {
        if (!_choices.TryGetValue((side, geometry), out Choice? choice)) _choices[(side, geometry)] = choice = Choose(side, geometry);
        return choice?.WorkspaceBytes;
    }

    /// <summary>Asks for a convolution or one of its gradients.</summary>
    public void Convolve(ConvolutionCall call, BoundArgument[] at)
    {
        Choice choice = _choices[(call.Side, call.Geometry)] ?? throw new InvalidOperationException("The library has no algorithm for this.");
        float one = 1, zero = 0;
        ulong first = at[0].Address, second = at[1].Address, result = at[2].Address, work = at[3].Address;
        nuint bytes = (nuint)choice.WorkspaceBytes;
        Check(
            call.Side switch
            {
                ConvolutionSide.Forward => _forward(
                    _handle, &one, choice.Image, first, choice.Filter, second, choice.Convolution, choice.Algorithm, work, bytes, &zero, choice.Result, result),
                ConvolutionSide.InputGradient => _data(
                    _handle, &one, choice.Filter, second, choice.Result, first, choice.Convolution, choice.Algorithm, work, bytes, &zero, choice.Image, result),
                _ => _filter(
                    _handle, &one, choice.Image, first, choice.Result, second, choice.Convolution, choice.Algorithm, work, bytes, &zero, choice.Filter, result),
            },
            $"compute a convolution ({call.Side}, {call.Geometry})");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Choice choice in _choices.Values.OfType<Choice>()) Destroy(choice);
        _ = _destroy(_handle);
    }

    private Choice? Choose(ConvolutionSide side, in ConvolutionGeometry g)
    {
        nint image, result, filter, convolution;
        Check(_createTensor(&image), "make a descriptor");
        Check(_createTensor(&result), "make a descriptor");
        Check(_createFilter(&filter), "make a descriptor");
        Check(_createConvolution(&convolution), "make a descriptor");
        var choice = new Choice(image, result, filter, convolution, 0, 0);
        ConvolutionWindow w = g.Window;
        bool fits = _setTensor(image, ChannelsLast, _values, g.Batch, g.InChannels, g.Height, g.Width) == 0
            && _setTensor(result, ChannelsLast, _values, g.Batch, g.OutChannels, g.OutHeight, g.OutWidth) == 0
            && _setFilter(filter, _values, ChannelsLast, g.OutChannels, g.InChannelsPerGroup, g.KernelHeight, g.KernelWidth) == 0
            && _setConvolution(convolution, w.PadTop, w.PadLeft, w.StrideY, w.StrideX, w.DilationY, w.DilationX, CrossCorrelation, Float32) == 0
            && _setGroups(convolution, w.Groups) == 0
            && _setMath(convolution, _math) == 0;
        byte* found = stackalloc byte[MostAlgorithms * PerfBytes];
        int count = 0;
        int status = !fits ? -1 : side switch
        {
            ConvolutionSide.Forward => _forwardAlgorithms(_handle, image, filter, convolution, result, MostAlgorithms, &count, found),
            ConvolutionSide.InputGradient => _dataAlgorithms(_handle, filter, result, convolution, image, MostAlgorithms, &count, found),
            _ => _filterAlgorithms(_handle, image, result, convolution, filter, MostAlgorithms, &count, found),
        };
        for (int i = 0; status == 0 && i < count; i++)
        {
            // Algorithm, status, time, memory, determinism, kind of arithmetic: the best first.
            byte* algorithm = found + i * PerfBytes;
            long memory = *(long*)(algorithm + 16);
            int math = *(int*)(algorithm + 28);
            if (*(int*)(algorithm + 4) != 0 || *(int*)(algorithm + 24) != Deterministic || memory > MostWorkspace) continue;
            if (_setMath(convolution, _math == FusedMultiplyAddMath ? _math : math) != 0) continue;
            return choice with { Algorithm = *(int*)algorithm, WorkspaceBytes = memory };
        }

        Destroy(choice);
        return null;
    }

    private void Destroy(Choice choice)
    {
        _ = _destroyTensor(choice.Image);
        _ = _destroyTensor(choice.Result);
        _ = _destroyFilter(choice.Filter);
        _ = _destroyConvolution(choice.Convolution);
    }

    private static void Check(int status, string what)
    {
        if (status != 0) throw new CudaException($"cuDNN could not {what} (error {status}); computing without NVIDIA's libraries may still work.");
    }

    private sealed record Choice(nint Image, nint Result, nint Filter, nint Convolution, int Algorithm, long WorkspaceBytes);
}
