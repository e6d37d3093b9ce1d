using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Mezzotint.Bench.Work;
using Mezzotint.Cuda;

namespace Mezzotint.Bench;

/// <summary>
/// Training and inference on an NVIDIA GPU: our kernels alone, with NVIDIA's libraries, in TF32, and PyTorch in the same run.
/// </summary>
internal static class CudaBench
{
    private static readonly (string Name, Func<CudaDevice> Open)[] Ours =
    [
        ("own kernels", () => new CudaDevice(libraries: false)),
        ("with libraries", () => new CudaDevice()),
        ("with libraries, TF32", () => new CudaDevice(precision: CudaPrecision.TensorFloat32)),
        ("with libraries, bfloat16", () => new CudaDevice(precision: CudaPrecision.Bfloat16)),
    ];

    private static readonly Func<StepWorkload>[] Workloads =
    [
        () => NetworkInference.SrResNet(256),
        () => NetworkInference.Compact(512),
        () => NetworkInference.Dcgan(128),
        () => NetworkInference.Pix2PixHD(512),
        () => NetworkInference.UNet(256),
        () => new SrResNetTraining(batch: 16, size: 24),
        () => new SrResNetTraining(batch: 64, size: 24),
        () => new DcganTraining(batch: 128),
        () => new Pix2PixTraining(size: 256),
    ];

    /// <summary>Measures and prints a table; returns the exit code.</summary>
    public static int Run(string[] only, int rounds, string python, string scripts)
    {
        try
        {
            using CudaDevice device = Ours[1].Open();
            Console.WriteLine($"On {device.Description}; milliseconds, median of {rounds} rounds of at least 10 runs, each of whose results is read.\n");
        }
        catch (CudaException missing)
        {
            Console.Error.WriteLine(missing.Message);
            return 1;
        }

        Console.WriteLine($"| work | {string.Join(" | ", Ours.Select(way => way.Name))} | PyTorch |\n|---|{string.Concat(Enumerable.Repeat("---:|", Ours.Length))}---|");
        using Process? peer = Peer(python, Path.Combine(scripts, "cuda_torch.py"));
        foreach (Func<StepWorkload> make in Workloads)
        {
            using StepWorkload named = make();
            if (only.Length > 0 && !only.Any(word => named.Name.Contains(word, StringComparison.OrdinalIgnoreCase))) continue;
            Console.WriteLine($"| {named.Title} | {string.Join(" | ", Ours.Select(way => Measured(make, way.Open, rounds)))} | {Asked(peer, named.PyTorch)} |");
        }

        return 0;
    }

    private static string Measured(Func<StepWorkload> make, Func<CudaDevice> open, int rounds)
    {
        try
        {
            using StepWorkload work = make();
            work.Open = _ => open();
            work.Prepare(1);

            // The first run compiles, the second captures.
            for (int i = 0; i < 5; i++) work.Run();
            var times = new List<double>();
            for (int round = 0; round < rounds; round++)
            {
                long start = Stopwatch.GetTimestamp();
                int runs = 0;
                do work.Run();
                while (++runs < 10 || (Stopwatch.GetElapsedTime(start).TotalSeconds < 0.5 && runs < 1000));
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds / runs);
            }

            times.Sort();
            return times[times.Count / 2].ToString("0.00", CultureInfo.InvariantCulture);
        }
        catch (CudaException fault)
        {
            Console.Error.WriteLine(fault.Message);
            return "failed";
        }
    }

    private static Process? Peer(string python, string script)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(python, [script]) { RedirectStandardInput = true, RedirectStandardOutput = true });
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>PyTorch's times by variant, or why there are none.</summary>
    private static string Asked(Process? peer, PeerWork? work)
    {
        if (peer is null || work is null || peer.HasExited) return "not there";
        try
        {
            peer.StandardInput.WriteLine(new JsonObject
            {
                ["work"] = work.Name,
                ["arguments"] = new JsonObject(work.Arguments.Select(argument =>
                KeyValuePair.Create(argument.Key, (JsonNode?)JsonValue.Create(Convert.ToInt32(argument.Value, CultureInfo.InvariantCulture)))))
            }.ToJsonString());
            peer.StandardInput.Flush();
            return peer.StandardOutput.ReadLine() is { } answer
                ? string.Join(", ", JsonNode.Parse(answer)!.AsObject().Select(variant => $"{variant.Key} {(double)variant.Value! * 1000:0.00}"))
                : "not there";
        }
        catch (IOException)
        {
            return "not there";
        }
    }
}
