using Mezzotint.Fuzz.Readers;

namespace Mezzotint.Fuzz;

/// <summary>
/// Feeds a reader files that were changed from a corpus, and keeps those that made it answer as none did before: they are changed further.
/// Which files it makes is a function of the seed and the corpus.
/// </summary>
internal sealed class Fuzzer
{
    private const int MostKept = 4096, MostKeptBytes = 1 << 16, CheckEvery = 1024;
    private const long MostGrowth = 1L << 30;
    private static readonly TimeSpan Hanging = TimeSpan.FromSeconds(30), Slow = TimeSpan.FromSeconds(8);

    private readonly Reader _reader;
    private readonly string _folder, _path;
    private readonly List<byte[]> _pool = [];
    private readonly HashSet<string> _behaviours = new(StringComparer.Ordinal), _kinds = new(StringComparer.Ordinal);
    private readonly List<Finding> _findings = [];
    private readonly Dice _dice;
    private long _executions, _accepted, _mostAllocated, _residentAtFirst;

    /// <summary>A fuzzer.</summary>
    /// <param name="reader">What is fed.</param>
    /// <param name="corpus">Files to begin with, in the order they are to be taken.</param>
    /// <param name="folder">A folder of its own to work in. The input that is being read lies there, and stays if the process dies.</param>
    /// <param name="seed">The seed.</param>
    public Fuzzer(Reader reader, IEnumerable<byte[]> corpus, string folder, int seed)
    {
        (_reader, _folder, _dice) = (reader, folder, new Dice(seed));
        _path = Path.Combine(folder, "input" + reader.Extension);
        _pool.AddRange(corpus);
    }

    /// <summary>Told of every finding as it is made.</summary>
    public Action<Finding>? Found { get; init; }

    /// <summary>Told now and then how far it is.</summary>
    public Action<Report>? Progress { get; init; }

    /// <summary>Feeds the corpus and then changed files until enough were read.</summary>
    /// <param name="executions">How many files.</param>
    /// <param name="time">How much processor time of the process, at most.</param>
    public Report Run(long executions, TimeSpan time)
    {
        TimeSpan begin = Environment.CpuUsage.TotalTime, progress = begin;
        Directory.CreateDirectory(_folder);
        using var watchdog = new Watchdog(Hanging, what => Found?.Invoke(new Finding("hang", what, File.ReadAllBytes(_path))));
        _residentAtFirst = Environment.WorkingSet;
        foreach (byte[] file in _pool.ToArray()) Try(file, watchdog);
        while (_executions < executions)
        {
            byte[] from = _dice.OneIn(2) ? _pool[_dice.Below(_pool.Count)] : _pool[^(1 + _dice.Below(Math.Min(_pool.Count, 32)))];
            byte[] input = _reader.GrammarOf(from).Mutate(from, _pool[_dice.Below(_pool.Count)], _dice);
            if (Try(input, watchdog)) Keep(input);
            if (_executions % CheckEvery != 0) continue;
            CheckProcess();
            TimeSpan now = Environment.CpuUsage.TotalTime;
            if (now - begin >= time) break;
            if (now - progress < TimeSpan.FromMinutes(1)) continue;
            progress = now;
            Progress?.Invoke(ReportOf(now - begin));
        }

        File.Delete(_path);
        return ReportOf(Environment.CpuUsage.TotalTime - begin);
    }

    private Report ReportOf(TimeSpan taken) => new(_reader.Name, _executions, _accepted, _behaviours.Count, taken, _mostAllocated, [.. _findings]);

    /// <summary>Feeds one file.</summary>
    /// <returns>Whether the answer was a new one.</returns>
    private bool Try(byte[] input, Watchdog watchdog)
    {
        File.WriteAllBytes(_path, input);
        watchdog.Next();
        _executions++;
        TimeSpan begin = Environment.CpuUsage.TotalTime;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        string behaviour;
        try
        {
            behaviour = _reader.Read(_path, input);
            _accepted++;
        }
        catch (Exception fault)
        {
            behaviour = Outcome.Of(fault);
            if (fault is WrongSuccessException) Add("wrong success", fault.Message, fault.Message.Length > 40 ? fault.Message[..40] : fault.Message, input);
            else if (!Reader.IsDocumented(fault)) Add("undocumented exception", fault.ToString(), behaviour, input);
            else if (Outcome.BlamesTheDisk(fault)) Add("unfit answer", $"it blames the disk: {fault.Message}", behaviour, input);
            else if (Outcome.FaultOf(fault.Message.Replace(_path, "", StringComparison.Ordinal)) is { } wrong)
                Add("unfit message", $"{wrong}: {fault.Message}", wrong + behaviour, input);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        TimeSpan taken = Environment.CpuUsage.TotalTime - begin;
        if (allocated > _reader.AllocationBound(input.Length)) Add("allocation", $"{allocated} bytes for a file of {input.Length}", behaviour, input);
        if (taken > Slow) Add("slow", $"{taken.TotalSeconds:0.0} s of processor time", behaviour, input);
        _mostAllocated = Math.Max(_mostAllocated, allocated);
        return _behaviours.Add(behaviour);
    }

    private void Keep(byte[] input)
    {
        if (input.Length > MostKeptBytes) return;
        if (_pool.Count == MostKept) _pool.RemoveAt(_dice.Below(_pool.Count));
        _pool.Add(input);
    }

    /// <summary>What a single input does not show: memory that stays, files that appear.</summary>
    private void CheckProcess()
    {
        string[] files = Directory.GetFileSystemEntries(_folder);
        if (files.Length != 1) Add("files", $"there are {string.Join(", ", files)}", "files", File.ReadAllBytes(_path));
        if (Grown() <= MostGrowth) return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        if (Grown() is > MostGrowth and var grown) Add("memory", $"the process has grown by {grown >> 20} MiB", "memory", File.ReadAllBytes(_path));
    }

    /// <summary>Resident bytes beyond those at the start: the process may be one that has done other things before.</summary>
    private long Grown() => Environment.WorkingSet - _residentAtFirst;

    private void Add(string kind, string detail, string sort, byte[] input)
    {
        if (!_kinds.Add($"{kind} {sort}")) return;
        var finding = new Finding(kind, detail, input);
        _findings.Add(finding);
        Found?.Invoke(finding);
    }
}
