using System.Runtime.InteropServices;
using System.Text;
using Mezzotint.Cuda.Kernels;
using Mezzotint.Tensors.Ops;

namespace Mezzotint.Cuda.Driver;

/// <summary>NVIDIA's driver, and its libraries where they are found.</summary>
internal sealed unsafe class NvidiaDriver : IDriver
{
    private const int OutOfMemory = 2, NoDevice = 100, InvalidDevice = 101;
    private const int CapabilityMajor = 75, CapabilityMinor = 76;
    private const int OldestVersion = 11040, KernelsPerModule = 24;
    private const long BlasWorkspace = 32L << 20;

    private readonly CudaApi _api;
    private readonly Nvrtc _compiler;
    private readonly KernelFiles _files;
    private readonly Blas? _blas;
    private readonly Dnn? _dnn;
    private readonly int _device;
    private readonly nint _context, _stream;
    private readonly ulong _blasWorkspace;
    private readonly List<nint[]> _modules = [];
    private string _doing = "it was started";

    /// <summary>Opens a GPU.</summary>
    /// <exception cref="CudaException">There is no driver, no such GPU, or no compiler for kernels.</exception>
    public NvidiaDriver(int ordinal, CudaPrecision precision, bool libraries)
    {
        nint library = Libraries.Driver();
        if (library == 0)
            throw new CudaException("There is no NVIDIA driver on this machine (libcuda was not found): install it from https://www.nvidia.com/drivers, or compute on the CPU.");
        try
        {
            _api = new CudaApi(library);
        }
        catch (EntryPointNotFoundException fault)
        {
            throw new CudaException("The NVIDIA driver of this machine is too old: install one for CUDA 11.4 or later from https://www.nvidia.com/drivers.", fault);
        }

        int status = _api.Init(0);
        if (status == NoDevice) throw NoGpu();
        if (status != 0)
        {
            (string name, string words) = _api.Describe(status);
            throw new CudaException($"The NVIDIA driver does not start ({name}: {words}): see whether `nvidia-smi` runs, restart the machine after an update of the driver, or compute on the CPU.");
        }

        int version, count, device, major, minor;
        Check(_api.DriverGetVersion(&version));
        if (version < OldestVersion)
            throw new CudaException($"The NVIDIA driver is for CUDA {version / 1000}.{version / 10 % 100}, and 11.4 is needed: install a newer one from https://www.nvidia.com/drivers.");
        Check(_api.DeviceGetCount(&count));
        if (count == 0) throw NoGpu();
        if (ordinal < 0 || ordinal >= count)
            throw new CudaException($"There is no GPU {ordinal}: this machine has {count}, numbered from 0; see `nvidia-smi -L`.");
        Check(_api.DeviceGet(&device, ordinal));
        _device = device;
        Check(_api.DeviceGetAttribute(&major, CapabilityMajor, device));
        Check(_api.DeviceGetAttribute(&minor, CapabilityMinor, device));
        byte* called = stackalloc byte[256];
        Check(_api.DeviceGetName(called, 256, device));

        _compiler = Nvrtc.Find(version / 1000) ?? throw new CudaException(
            $"NVRTC, which compiles the kernels, was not found for CUDA {version / 1000} or earlier: pip install nvidia-cuda-nvrtc-cu{Math.Min(12, version / 1000)}, "
            + $"install the CUDA toolkit, or name the folder of libnvrtc in {Libraries.FolderVariable}.");
        _files = new KernelFiles($"NVRTC {_compiler.Version} for {major}.{minor}");

        nint context, stream;
        Check(_api.PrimaryContextRetain(&context, device));
        _context = context;
        Check(_api.ContextSetCurrent(context));
        Check(_api.StreamCreate(&stream, 1));
        _stream = stream;
        var found = new List<string> { $"NVRTC {_compiler.Version}" };
        if (libraries)
        {
            _blasWorkspace = Allocate(BlasWorkspace);
            _blas = _blasWorkspace == 0 ? null : Blas.Find(version / 1000, stream, _blasWorkspace, BlasWorkspace, precision);
            _dnn = Dnn.Find(stream, precision);
        }

        if (_blas is not null) found.Add($"cuBLAS {_blas.Version}");
        if (_dnn is not null) found.Add($"cuDNN {_dnn.Version}");
        Precision = precision;
        Facts = new GpuFacts(Marshal.PtrToStringUTF8((nint)called)!, major, minor, found);
    }

    public GpuFacts Facts { get; }

    public CudaPrecision Precision { get; }

    public bool HasMatrixProducts => _blas is not null;

    public void MakeCurrent() => Check(_api.ContextSetCurrent(_context));

    public (long Free, long Total) Memory()
    {
        nuint free, total;
        Check(_api.MemoryGetInfo(&free, &total));
        return ((long)free, (long)total);
    }

    public ulong Allocate(long bytes)
    {
        ulong address;
        int status = _api.MemoryAllocate(&address, (nuint)bytes);
        if (status == OutOfMemory) return 0;
        Check(status);
        return address;
    }

    public void Free(ulong address) => Check(_api.MemoryFree(address));

    public nint AllocateStaging(long bytes)
    {
        nint address;
        Check(_api.HostAllocate(&address, (nuint)bytes, 0));
        return address;
    }

    public void FreeStaging(nint address) => Check(_api.HostFree(address));

    public (nint Module, nint[] Functions) Load(IReadOnlyList<KernelSource> kernels)
    {
        int capability = Facts.Major * 10 + Facts.Minor;
        KernelSource[][] parts = [.. kernels.Chunk(KernelsPerModule)];
        byte[][] images = new byte[parts.Length][];
        try
        {
            Parallel.For(0, parts.Length, i => images[i] = _files.Get(parts[i], () => _compiler.Compile(parts[i], capability)));
        }
        catch (AggregateException faults) when (faults.InnerException is CudaException fault)
        {
            throw new CudaException(fault.Message, faults);
        }

        _doing = "kernels were loaded";
        var modules = new nint[parts.Length];
        var functions = new List<nint>();
        for (int i = 0; i < parts.Length; i++)
        {
            nint module;
            fixed (byte* image = (byte[])[.. images[i], 0]) Check(_api.ModuleLoadData(&module, image));
            modules[i] = module;
            foreach (KernelSource kernel in parts[i])
            {
                nint function;
                fixed (byte* name = Encoding.UTF8.GetBytes(kernel.Name + "\0")) Check(_api.ModuleGetFunction(&function, module, name));
                functions.Add(function);
            }
        }

        _modules.Add(modules);
        return (_modules.Count - 1, [.. functions]);
    }

    public void Unload(nint module)
    {
        foreach (nint loaded in _modules[(int)module]) Check(_api.ModuleUnload(loaded));
        _modules[(int)module] = [];
    }

    public long? ConvolutionWorkspace(ConvolutionSide side, in ConvolutionGeometry geometry) => _dnn?.Workspace(side, geometry);

    public void Run(BoundCall call)
    {
        switch (call.Call)
        {
            case KernelCall kernel:
                Launch(call, kernel);
                break;
            case FillCall fill:
                Check(_api.FillWords(call.Arguments[0].Address, fill.Word, (nuint)(call.Arguments[0].End / sizeof(uint)), _stream));
                break;
            case MatMulCall product:
                _blas!.Multiply(product, call.Arguments);
                break;
            case ConvolutionCall convolution:
                _dnn!.Convolve(convolution, call.Arguments);
                break;
            default:
                throw new NotSupportedException($"The driver knows no {call.Call.GetType().Name}.");
        }
    }

    public void CopyIn(ulong to, nint from, long bytes) => Check(_api.CopyHostToDevice(to, from, (nuint)bytes, _stream));

    public void CopyOut(nint to, ulong from, long bytes) => Check(_api.CopyDeviceToHost(to, from, (nuint)bytes, _stream));

    public void BeginCapture() => Check(_api.StreamBeginCapture(_stream, 1));

    public nint EndCapture()
    {
        nint graph, executable;
        Check(_api.StreamEndCapture(_stream, &graph));
        int status = _api.GraphInstantiate(&executable, graph, 0);
        _ = _api.GraphDestroy(graph);
        Check(status);
        return executable;
    }

    public void Replay(nint graph)
    {
        _doing = "a step was computed";
        Check(_api.GraphLaunch(graph, _stream));
    }

    public void FreeGraph(nint graph) => Check(_api.GraphExecDestroy(graph));

    public nint Mark()
    {
        nint mark;
        Check(_api.EventCreate(&mark, 2));
        Check(_api.EventRecord(mark, _stream));
        return mark;
    }

    public void WaitFor(nint mark)
    {
        Check(_api.EventSynchronize(mark));
        Check(_api.EventDestroy(mark));
    }

    public void Dispose()
    {
        _blas?.Dispose();
        _dnn?.Dispose();
        if (_api.ContextSetCurrent(_context) != 0) return;
        _ = _api.StreamSynchronize(_stream);
        foreach (nint module in _modules.SelectMany(modules => modules)) _ = _api.ModuleUnload(module);
        if (_blasWorkspace != 0) _ = _api.MemoryFree(_blasWorkspace);
        _ = _api.StreamDestroy(_stream);
        _ = _api.PrimaryContextRelease(_device);
    }

    private void Launch(BoundCall call, KernelCall kernel)
    {
        _doing = $"{kernel.Source.Name} was computed";
        BoundArgument[] arguments = call.Arguments;
        ulong* values = stackalloc ulong[arguments.Length];
        void** parameters = stackalloc void*[arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            values[i] = arguments[i].Address;
            parameters[i] = values + i;
        }

        Check(_api.LaunchKernel(
            call.Function, checked((uint)kernel.BlocksX), (uint)kernel.BlocksY, (uint)kernel.BlocksZ, Prelude.Threads, 1, 1, 0, _stream, parameters, null));
    }

    private static CudaException NoGpu() =>
        new("The NVIDIA driver finds no GPU: see whether `nvidia-smi` lists one (in a container: start it with --gpus all), or compute on the CPU.");

    private void Check(int status)
    {
        if (status == 0) return;
        (string name, string words) = _api.Describe(status);
        throw new CudaException(status switch
        {
            OutOfMemory => "The GPU has not enough memory; make the batch or the picture smaller, or end other programs on the GPU.",
            InvalidDevice => "There is no such GPU; see `nvidia-smi -L`.",
            _ => $"The GPU failed while {_doing} or what was asked for before ({name}: {words}); what it held is lost: start the program again, and report this if it comes again.",
        });
    }
}
