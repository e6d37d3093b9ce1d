using System.CommandLine;
using System.Globalization;
using Mezzotint.Bench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var only = new Argument<string[]>("only")
{
    Description = "Measure the workloads whose section and title contain one of these; all without.",
    Arity = ArgumentArity.ZeroOrMore,
};
var rounds = new Option<int>("--rounds") { Description = "Rounds, of which the median counts.", DefaultValueFactory = _ => 9 };
var threads = new Option<int[]>("--threads")
{
    Description = "Numbers of threads.",
    DefaultValueFactory = _ => [1, 2],
    AllowMultipleArgumentsPerToken = true,
};
var output = new Option<FileInfo?>("--output") { Description = "The Markdown page whose tables to renew; without, nothing is written." };
var python = new Option<string>("--python") { Description = "The Python that has PyTorch.", DefaultValueFactory = _ => "/usr/bin/python3" };
var script = new Option<string?>("--peer") { Description = "The path of peer_torch.py; without, ours is measured alone." };

var root = new RootCommand("Measures Mezzotint and PyTorch on the same work, turn by turn, beside a loop of fused multiply-adds.")
{
    only, rounds, threads, output, python, script,
};
root.SetAction(arguments =>
{
    string[] words = arguments.GetValue(only)!;
    string? peerScript = arguments.GetValue(script);
    Peer? Start() => peerScript is null ? null : Peer.Start(arguments.GetValue(python)!, peerScript);

    string? description;
    using (Peer? first = Start()) description = first?.Description;
    if (description is null && peerScript is not null)
        Console.Error.WriteLine(
            $"{arguments.GetValue(python)} has no PyTorch (on Debian and Ubuntu: apt-get install python3-torch libopenblas0-pthread), " +
            "so Mezzotint is measured alone.");
    else if (description is not null && description.Contains("reference BLAS", StringComparison.Ordinal))
        Console.Error.WriteLine(
            "PyTorch's matrix products run on the reference BLAS here, which is slow; apt-get install libopenblas0-pthread gives a fast one.");

    var meter = new Meter(arguments.GetValue(rounds), Start);
    var measurements = new List<Measurement>();
    foreach (Func<Workload> make in Workloads.All)
    {
        using Workload work = make();
        if (words.Length > 0 && !words.Any(word => work.Name.Contains(word, StringComparison.OrdinalIgnoreCase))) continue;
        foreach (int count in arguments.GetValue(threads)!.Where(count => count <= Math.Min(Environment.ProcessorCount, work.MaxThreads)))
        {
            measurements.Add(meter.Measure(work, count));
            Console.Error.WriteLine(Report.Line(measurements[^1]));
        }
    }

    if (measurements.Count == 0)
    {
        Console.Error.WriteLine("No workload matches; see the titles in docs/performance.md.");
        return 2;
    }

    string tables = Report.Tables(measurements, description, arguments.GetValue(rounds));
    Console.WriteLine(tables);
    if (arguments.GetValue(output) is { } page)
        File.WriteAllText(page.FullName, Report.Renew(page.Exists ? File.ReadAllText(page.FullName) : "", tables));
    return 0;
});

// What PeakMemory starts as a process of its own.
var name = new Argument<string>("name");
var count = new Argument<int>("threads");
var memory = new Command("memory", "Does one workload alone and prints the most memory that took, in bytes.") { name, count };
memory.SetAction(arguments =>
{
    Func<Workload> make = Workloads.All.First(make => make().Name == arguments.GetValue(name));
    using Workload work = make();
    Console.WriteLine(PeakMemory.OfThisProcess(work, arguments.GetValue(count)));
});
root.Subcommands.Add(memory);

return root.Parse(args).Invoke();
