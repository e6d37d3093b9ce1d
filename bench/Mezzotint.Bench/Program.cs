using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Mezzotint.Bench;
using Mezzotint.Bench.Work;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var only = new Option<string[]>("--only")
{
    Description = "Measure the workloads whose section and title contain one of these; all without.",
    AllowMultipleArgumentsPerToken = true,
    DefaultValueFactory = _ => [],
};
var layers = new Option<Layer[]>("--layer")
{
    Description = "Measure convolutions of these layers alone, written as the tables do: \"3x3 stride 2, 60 -> 90, 100x100, batch 4\".",
    CustomParser = result =>
    {
        try
        {
            return [.. result.Tokens.Select(token => Layer.Parse(token.Value))];
        }
        catch (FormatException exception)
        {
            result.AddError(exception.Message);
            return [];
        }
    },
    DefaultValueFactory = _ => [],
};
var rounds = new Option<int>("--rounds") { Description = "Rounds, of which the median counts.", DefaultValueFactory = _ => 5 };
var minutes = new Option<double>("--minutes")
{
    Description = "The time after which no further workload is begun; those left out are named.",
    DefaultValueFactory = _ => 12,
};
var threads = new Option<int[]>("--threads")
{
    Description = "Numbers of threads.",
    DefaultValueFactory = _ => [1, 2],
    AllowMultipleArgumentsPerToken = true,
};
var output = new Option<FileInfo?>("--output") { Description = "The Markdown page whose tables to renew; without, nothing is written." };
var python = new Option<string>("--python") { Description = "The Python that has PyTorch.", DefaultValueFactory = _ => "/usr/bin/python3" };
var node = new Option<string>("--node") { Description = "Node.js, which runs ONNX Runtime.", DefaultValueFactory = _ => "node" };
var peerFolder = new Option<string?>("--peers") { Description = "The folder of peer_torch.py and peer_onnx.mjs; without, ours is measured alone." };
var modules = new Option<string>("--modules")
{
    Description = "The folder in whose node_modules onnxruntime-node is.",
    DefaultValueFactory = _ => Environment.CurrentDirectory,
};
var published = new Option<string?>("--published") { Description = "The published mezzo; without, its start is not measured." };

var root = new RootCommand("Measures Mezzotint, ONNX Runtime and PyTorch on the same work, turn by turn, beside a loop of fused multiply-adds.")
{
    only, layers, rounds, minutes, threads, output, python, node, peerFolder, modules, published,
};
root.SetAction(arguments =>
{
    DirectoryInfo temporary = Directory.CreateTempSubdirectory("mezzotint-bench-");
    try
    {
        var kinds = new List<PeerKind>();
        if (arguments.GetValue(peerFolder) is { } scripts)
        {
            kinds.Add(PeerKind.OnnxRuntime(
                arguments.GetValue(node)!, Path.Combine(scripts, "peer_onnx.mjs"), arguments.GetValue(modules)!, temporary.FullName));
            kinds.Add(PeerKind.PyTorch(arguments.GetValue(python)!, Path.Combine(scripts, "peer_torch.py")));
        }

        var all = new List<Func<Workload>>(Workloads.Networks);
        if (arguments.GetValue(published) is { } program) all.Add(() => new StartUp(program, temporary.FullName));
        all.AddRange(Workloads.Kernels);
        if (arguments.GetValue(layers) is { Length: > 0 } others) all = [.. Workloads.Convolutions(others)];
        string[] words = arguments.GetValue(only)!;
        using var peers = new Peers(kinds);
        var meter = new Meter(arguments.GetValue(rounds), peers);
        var measurements = new List<Measurement>();
        var leftOut = new List<string>();
        string tables = "";
        long began = Stopwatch.GetTimestamp();
        foreach (Func<Workload> make in all)
        {
            using Workload work = make();
            if (words.Length > 0 && !words.Any(word => work.Name.Contains(word, StringComparison.OrdinalIgnoreCase))) continue;
            if (Stopwatch.GetElapsedTime(began).TotalMinutes > arguments.GetValue(minutes))
            {
                leftOut.Add(work.Name);
                continue;
            }

            foreach (int count in arguments.GetValue(threads)!.Where(count => count <= Math.Min(Environment.ProcessorCount, work.MaxThreads)))
            {
                measurements.Add(meter.Measure(work, count));
                Console.Error.WriteLine(Report.Line(measurements[^1]));
            }

            // After each, so that a run that is ended leaves whole rows.
            tables = Report.Tables(measurements, peers.Present, peers.Absent, leftOut, arguments.GetValue(rounds));
            if (arguments.GetValue(output) is { } page) Report.Renew(page, tables);
        }

        if (measurements.Count == 0)
        {
            Console.Error.WriteLine("No workload matches; see the titles in docs/performance.md.");
            return 2;
        }

        if (leftOut.Count > 0)
        {
            tables = Report.Tables(measurements, peers.Present, peers.Absent, leftOut, arguments.GetValue(rounds));
            if (arguments.GetValue(output) is { } page) Report.Renew(page, tables);
        }

        Console.WriteLine(tables);
        return 0;
    }
    finally
    {
        temporary.Delete(recursive: true);
    }
});

// What PeakMemory starts as a process of its own.
var name = new Argument<string>("name");
var count = new Argument<int>("threads");
var memory = new Command("memory", "Does one workload alone and prints the most memory that took, in bytes.") { name, count };
memory.SetAction(arguments =>
{
    Func<Workload> make = Workloads.Networks.Concat(Workloads.Kernels).First(make => make().Name == arguments.GetValue(name));
    using Workload work = make();
    Console.WriteLine(PeakMemory.OfThisProcess(work, arguments.GetValue(count)));
});
root.Subcommands.Add(memory);

// Where the time of a step goes.
var step = new Argument<string>("name") { Description = "A recipe, or part of a network's title." };
var one = new Option<int>("--threads") { Description = "The number of threads.", DefaultValueFactory = _ => 1 };
var profile = new Command("profile", "Runs a step and says how long each of its kernels takes.") { step, one, rounds };
profile.SetAction(arguments => Profile.Run(arguments.GetValue(step)!, arguments.GetValue(one), arguments.GetValue(rounds)));
root.Subcommands.Add(profile);

// The same networks on a GPU, where there is one.
var gpu = new Command("cuda", "Measures training and inference on an NVIDIA GPU, beside PyTorch there where it is installed.") { only, rounds, python, peerFolder };
gpu.SetAction(arguments => CudaBench.Run(
    arguments.GetValue(only)!, arguments.GetValue(rounds), arguments.GetValue(python)!, arguments.GetValue(peerFolder) ?? Environment.CurrentDirectory));
root.Subcommands.Add(gpu);

return root.Parse(args).Invoke();
