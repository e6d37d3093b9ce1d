using System.Runtime.InteropServices;
using System.Text;
using Mezzotint.Cuda.Kernels;

namespace Mezzotint.Cuda.Driver;

/// <summary>NVIDIA's compiler of CUDA C, which needs no GPU.</summary>
internal sealed unsafe class Nvrtc
{
    // Products and interpolations say where they want a fused multiply-add; elsewhere one would make bits depend on how a kernel is
    // written.
    private static readonly string[] Options = ["--fmad=false"];

    private readonly delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int> _create;
    private readonly delegate* unmanaged<nint*, int> _destroy;
    private readonly delegate* unmanaged<nint, int, byte**, int> _compile;
    private readonly delegate* unmanaged<nint, nuint*, int> _logSize, _cubinSize, _ptxSize;
    private readonly delegate* unmanaged<nint, byte*, int> _log, _cubin, _ptx;

    private Nvrtc(nint library)
    {
        _create = (delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int>)NativeLibrary.GetExport(library, "nvrtcCreateProgram");
        _destroy = (delegate* unmanaged<nint*, int>)NativeLibrary.GetExport(library, "nvrtcDestroyProgram");
        _compile = (delegate* unmanaged<nint, int, byte**, int>)NativeLibrary.GetExport(library, "nvrtcCompileProgram");
        _logSize = (delegate* unmanaged<nint, nuint*, int>)NativeLibrary.GetExport(library, "nvrtcGetProgramLogSize");
        _log = (delegate* unmanaged<nint, byte*, int>)NativeLibrary.GetExport(library, "nvrtcGetProgramLog");
        _cubinSize = (delegate* unmanaged<nint, nuint*, int>)NativeLibrary.GetExport(library, "nvrtcGetCUBINSize");
        _cubin = (delegate* unmanaged<nint, byte*, int>)NativeLibrary.GetExport(library, "nvrtcGetCUBIN");
        _ptxSize = (delegate* unmanaged<nint, nuint*, int>)NativeLibrary.GetExport(library, "nvrtcGetPTXSize");
        _ptx = (delegate* unmanaged<nint, byte*, int>)NativeLibrary.GetExport(library, "nvrtcGetPTX");
        var version = (delegate* unmanaged<int*, int*, int>)NativeLibrary.GetExport(library, "nvrtcVersion");
        int major, minor;
        Check(version(&major, &minor));
        Version = new Version(major, minor);
        var count = (delegate* unmanaged<int*, int>)NativeLibrary.GetExport(library, "nvrtcGetNumSupportedArchs");
        var architectures = (delegate* unmanaged<int*, int>)NativeLibrary.GetExport(library, "nvrtcGetSupportedArchs");
        int number;
        Check(count(&number));
        Architectures = new int[number];
        fixed (int* to = Architectures) Check(architectures(to));
    }

    /// <summary>Its version, as of CUDA.</summary>
    public Version Version { get; }

    /// <summary>The compute capabilities it compiles for, as 10 times the major one and the minor one.</summary>
    public int[] Architectures { get; }

    /// <summary>Finds the compiler.</summary>
    /// <param name="major">The newest major version of CUDA that will do.</param>
    /// <returns>The compiler, or null where there is none.</returns>
    public static Nvrtc? Find(int major) => Libraries.Compiler(major) is not 0 and nint library ? new Nvrtc(library) : null;

    /// <summary>
    /// Compiles kernels for a compute capability: to machine code where the compiler knows it, else to what the driver compiles on.
    /// </summary>
    /// <exception cref="CudaException">The compiler is too new or too old for the GPU, or refuses the text.</exception>
    public byte[] Compile(IReadOnlyList<KernelSource> kernels, int capability)
    {
        int target = Architectures.Where(architecture => architecture <= capability).DefaultIfEmpty(0).Max();
        if (target == 0)
            throw new CudaException($"NVRTC {Version} compiles for compute capability {Text(Architectures.Min())} and up, and this GPU has {Text(capability)}; "
                + "install an older one (pip install nvidia-cuda-nvrtc-cu11), or compute on the CPU.");
        bool exact = target == capability;
        var text = new StringBuilder(Prelude.Code);
        foreach (KernelSource kernel in kernels) text.Append(kernel.Code);

        nint program;
        byte[] source = Terminated(text.ToString()), name = Terminated("mezzotint.cu");
        fixed (byte* from = source)
        fixed (byte* called = name)
            Check(_create(&program, from, called, 0, null, null));
        try
        {
            string[] options = [.. Options, exact ? $"--gpu-architecture=sm_{target}" : $"--gpu-architecture=compute_{target}"];
            int status = Compile(program, options);
            if (status != 0) throw new CudaException($"NVRTC {Version} does not compile a generated kernel, which is an error of this program; please report it: {Log(program)}");
            nuint size;
            Check(exact ? _cubinSize(program, &size) : _ptxSize(program, &size));
            byte[] image = new byte[size];
            fixed (byte* to = image) Check(exact ? _cubin(program, to) : _ptx(program, to));
            return image;
        }
        finally
        {
            _ = _destroy(&program);
        }
    }

    private int Compile(nint program, string[] options)
    {
        byte** given = stackalloc byte*[options.Length];
        for (int i = 0; i < options.Length; i++) given[i] = (byte*)Marshal.StringToCoTaskMemUTF8(options[i]);
        int status = _compile(program, options.Length, given);
        for (int i = 0; i < options.Length; i++) Marshal.FreeCoTaskMem((nint)given[i]);
        return status;
    }

    private string Log(nint program)
    {
        nuint size;
        if (_logSize(program, &size) != 0 || size == 0) return "it says nothing.";
        byte[] log = new byte[size];
        fixed (byte* to = log) _ = _log(program, to);
        return Encoding.UTF8.GetString(log).TrimEnd('\0', '\n');
    }

    private static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + "\0");

    private static string Text(int capability) => $"{capability / 10}.{capability % 10}";

    private static void Check(int status)
    {
        if (status != 0) throw new CudaException($"NVRTC, the compiler of kernels, failed with error {status}; install it anew (pip install nvidia-cuda-nvrtc-cu12).");
    }
}
