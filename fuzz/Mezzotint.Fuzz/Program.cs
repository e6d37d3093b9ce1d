using System.Globalization;
using Mezzotint.Fuzz;
using Mezzotint.Fuzz.Readers;

const string Usage = "Usage: mezzotint-fuzz READER [--minutes M] [--executions N] [--seed S] [--out FOLDER]\n"
    + "Feeds changed files to a reader until it has taken M minutes of processor time (60) or N files (no limit).\n"
    + "What goes wrong is written to FOLDER (fuzz-findings), and the exit code is 1.";

if (args.Length == 0 || Reader.All.FirstOrDefault(reader => reader.Name == args[0]) is not { } reader)
{
    Console.Error.WriteLine($"{Usage}\nReaders are {string.Join(", ", Reader.All.Select(one => one.Name))}.");
    return 2;
}

double minutes = double.Parse(Option("--minutes", "60"), CultureInfo.InvariantCulture);
long executions = long.Parse(Option("--executions", $"{long.MaxValue}"), CultureInfo.InvariantCulture);
int seed = int.Parse(Option("--seed", "1"), CultureInfo.InvariantCulture);
string output = Path.Combine(Option("--out", "fuzz-findings"), reader.Name);
string work = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"mezzotint-fuzz-{reader.Name}-{Environment.ProcessId}");
int found = 0;
var fuzzer = new Fuzzer(reader, Corpus.Of(reader), work, seed)
{
    Found = finding =>
    {
        Directory.CreateDirectory(output);
        string path = Path.Combine(output, $"{seed}-{Environment.ProcessId}-{++found}{reader.Extension}");
        File.WriteAllBytes(path, finding.Input);
        File.WriteAllText(path + ".txt", $"{finding.Kind}\n{finding.Detail}\n");
        Console.WriteLine($"{finding.Kind}: {finding.Detail.Split('\n')[0]} ({path})");
    },
    Progress = Show,
};
Report report = fuzzer.Run(executions, TimeSpan.FromMinutes(minutes));
Show(report);
Directory.Delete(work, recursive: true);
return report.Findings.Count == 0 ? 0 : 1;

string Option(string name, string otherwise) => Array.IndexOf(args, name) is > 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;

static void Show(Report report) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"{DateTime.Now:HH:mm:ss} {report.Reader}: {report.CpuTime.TotalMinutes:0.0} min, {report.Executions} files, {report.Accepted} taken, {report.Behaviours} behaviours, "
    + $"at most {report.MostAllocated >> 10} KiB allocated, {report.Findings.Count} findings"));
