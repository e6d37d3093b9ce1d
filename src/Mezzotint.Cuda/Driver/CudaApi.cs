using System.Runtime.InteropServices;

namespace Mezzotint.Cuda.Driver;

/// <summary>The functions of NVIDIA's driver that are used, by the names under which its library exports them.</summary>
internal sealed unsafe class CudaApi
{
    public readonly delegate* unmanaged<uint, int> Init;
    public readonly delegate* unmanaged<int*, int> DriverGetVersion, DeviceGetCount;
    public readonly delegate* unmanaged<int*, int, int> DeviceGet;
    public readonly delegate* unmanaged<byte*, int, int, int> DeviceGetName;
    public readonly delegate* unmanaged<int*, int, int, int> DeviceGetAttribute;
    public readonly delegate* unmanaged<nint*, int, int> PrimaryContextRetain;
    public readonly delegate* unmanaged<int, int> PrimaryContextRelease;
    public readonly delegate* unmanaged<nint, int> ContextSetCurrent, StreamDestroy, StreamSynchronize, EventSynchronize, EventDestroy, ModuleUnload, GraphDestroy, GraphExecDestroy;
    public readonly delegate* unmanaged<nint*, uint, int> StreamCreate, EventCreate;
    public readonly delegate* unmanaged<nuint*, nuint*, int> MemoryGetInfo;
    public readonly delegate* unmanaged<ulong*, nuint, int> MemoryAllocate;
    public readonly delegate* unmanaged<ulong, int> MemoryFree;
    public readonly delegate* unmanaged<nint*, nuint, uint, int> HostAllocate;
    public readonly delegate* unmanaged<nint, int> HostFree;
    public readonly delegate* unmanaged<ulong, nint, nuint, nint, int> CopyHostToDevice;
    public readonly delegate* unmanaged<nint, ulong, nuint, nint, int> CopyDeviceToHost;
    public readonly delegate* unmanaged<ulong, uint, nuint, nint, int> FillWords;
    public readonly delegate* unmanaged<nint, nint, int> EventRecord, GraphLaunch;
    public readonly delegate* unmanaged<nint*, byte*, int> ModuleLoadData;
    public readonly delegate* unmanaged<nint*, nint, byte*, int> ModuleGetFunction;
    public readonly delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> LaunchKernel;
    public readonly delegate* unmanaged<nint, int, int> StreamBeginCapture;
    public readonly delegate* unmanaged<nint, nint*, int> StreamEndCapture;
    public readonly delegate* unmanaged<nint*, nint, ulong, int> GraphInstantiate;
    public readonly delegate* unmanaged<int, byte**, int> GetErrorName, GetErrorString;

    /// <summary>Binds the functions.</summary>
    /// <exception cref="EntryPointNotFoundException">The driver is too old to have one of them.</exception>
    public CudaApi(nint library)
    {
        Init = (delegate* unmanaged<uint, int>)Find("cuInit");
        DriverGetVersion = (delegate* unmanaged<int*, int>)Find("cuDriverGetVersion");
        DeviceGetCount = (delegate* unmanaged<int*, int>)Find("cuDeviceGetCount");
        DeviceGet = (delegate* unmanaged<int*, int, int>)Find("cuDeviceGet");
        DeviceGetName = (delegate* unmanaged<byte*, int, int, int>)Find("cuDeviceGetName");
        DeviceGetAttribute = (delegate* unmanaged<int*, int, int, int>)Find("cuDeviceGetAttribute");
        PrimaryContextRetain = (delegate* unmanaged<nint*, int, int>)Find("cuDevicePrimaryCtxRetain");
        PrimaryContextRelease = (delegate* unmanaged<int, int>)Find("cuDevicePrimaryCtxRelease_v2");
        ContextSetCurrent = (delegate* unmanaged<nint, int>)Find("cuCtxSetCurrent");
        StreamCreate = (delegate* unmanaged<nint*, uint, int>)Find("cuStreamCreate");
        StreamDestroy = (delegate* unmanaged<nint, int>)Find("cuStreamDestroy_v2");
        StreamSynchronize = (delegate* unmanaged<nint, int>)Find("cuStreamSynchronize");
        EventCreate = (delegate* unmanaged<nint*, uint, int>)Find("cuEventCreate");
        EventRecord = (delegate* unmanaged<nint, nint, int>)Find("cuEventRecord");
        EventSynchronize = (delegate* unmanaged<nint, int>)Find("cuEventSynchronize");
        EventDestroy = (delegate* unmanaged<nint, int>)Find("cuEventDestroy_v2");
        MemoryGetInfo = (delegate* unmanaged<nuint*, nuint*, int>)Find("cuMemGetInfo_v2");
        MemoryAllocate = (delegate* unmanaged<ulong*, nuint, int>)Find("cuMemAlloc_v2");
        MemoryFree = (delegate* unmanaged<ulong, int>)Find("cuMemFree_v2");
        HostAllocate = (delegate* unmanaged<nint*, nuint, uint, int>)Find("cuMemHostAlloc");
        HostFree = (delegate* unmanaged<nint, int>)Find("cuMemFreeHost");
        CopyHostToDevice = (delegate* unmanaged<ulong, nint, nuint, nint, int>)Find("cuMemcpyHtoDAsync_v2");
        CopyDeviceToHost = (delegate* unmanaged<nint, ulong, nuint, nint, int>)Find("cuMemcpyDtoHAsync_v2");
        FillWords = (delegate* unmanaged<ulong, uint, nuint, nint, int>)Find("cuMemsetD32Async");
        ModuleLoadData = (delegate* unmanaged<nint*, byte*, int>)Find("cuModuleLoadData");
        ModuleGetFunction = (delegate* unmanaged<nint*, nint, byte*, int>)Find("cuModuleGetFunction");
        ModuleUnload = (delegate* unmanaged<nint, int>)Find("cuModuleUnload");
        LaunchKernel = (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)Find("cuLaunchKernel");
        StreamBeginCapture = (delegate* unmanaged<nint, int, int>)Find("cuStreamBeginCapture_v2");
        StreamEndCapture = (delegate* unmanaged<nint, nint*, int>)Find("cuStreamEndCapture");
        GraphInstantiate = (delegate* unmanaged<nint*, nint, ulong, int>)Find("cuGraphInstantiateWithFlags");
        GraphLaunch = (delegate* unmanaged<nint, nint, int>)Find("cuGraphLaunch");
        GraphDestroy = (delegate* unmanaged<nint, int>)Find("cuGraphDestroy");
        GraphExecDestroy = (delegate* unmanaged<nint, int>)Find("cuGraphExecDestroy");
        GetErrorName = (delegate* unmanaged<int, byte**, int>)Find("cuGetErrorName");
        GetErrorString = (delegate* unmanaged<int, byte**, int>)Find("cuGetErrorString");

        nint Find(string name) => NativeLibrary.GetExport(library, name);
    }

    /// <summary>What the driver calls an error: its name and its words.</summary>
    public (string Name, string Words) Describe(int status)
    {
        byte* name = null, words = null;
        _ = GetErrorName(status, &name);
        _ = GetErrorString(status, &words);
        return (Marshal.PtrToStringUTF8((nint)name) ?? $"error {status}", Marshal.PtrToStringUTF8((nint)words) ?? "of a kind that the driver does not know");
    }
}
