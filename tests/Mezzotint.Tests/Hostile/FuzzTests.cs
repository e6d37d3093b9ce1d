using Mezzotint.Fuzz;
using Mezzotint.Fuzz.Readers;
using Mezzotint.Weights;
using Mezzotint.Weights.Published;

namespace Mezzotint.Tests.Hostile;

/// <summary>A short, repeatable run of the fuzzer on every reader; <c>scripts/fuzz READER</c> does it for as long as one likes.</summary>
[Collection(nameof(Alone))]
public sealed class FuzzTests
{
    private const int Seed = 20;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    public static TheoryData<string, int> Readers => new()
    {
        { "safetensors", 6_000 }, { "pickle", 6_000 }, { "zip", 6_000 }, { "model", 6_000 }, { "published", 6_000 }, { "yaml", 1_000 }, { "idx", 6_000 },
        { "palette", 6_000 }, { "labels", 2_000 }, { "scores", 6_000 }, { "votes", 6_000 }, { "image", 1_500 },
    };

    [Theory, MemberData(nameof(Readers))]
    public void Whatever_is_in_a_file_a_reader_answers_as_it_promises(string name, int files)
    {
        using var folder = new TemporaryFolder();
        Reader reader = Assert.Single(Reader.All, one => one.Name == name);
        IReadOnlyList<byte[]> corpus = Corpus.Of(reader);
        Report report = new Fuzzer(reader, corpus, folder["work"], Seed).Run(files, Longest);
        Assert.True(report.Findings.Count == 0, string.Join('\n', report.Findings.Select(finding => $"{finding.Kind}: {finding.Detail}\n{Convert.ToBase64String(finding.Input)}")));
        Assert.True(report.Executions >= corpus.Count && report.Accepted > 0 && report.Behaviours > 5, $"{report} shows nothing");
    }

    [Fact]
    public void Every_network_that_others_publish_is_in_the_corpus()
    {
        using var folder = new TemporaryFolder();
        Reader reader = Assert.Single(Reader.All, one => one.Name == "published");
        string?[] found = [.. Corpus.Of(reader).Select(file => WeightsInspection.Of(folder.Write("weights.safetensors", file)).Architecture)];
        foreach (Architecture known in Architectures.All)
            Assert.True(found.Any(name => name?.StartsWith(known.Name, StringComparison.Ordinal) == true), $"{known.Name} is in no file of the corpus");
    }

    [Fact]
    public void Every_reader_is_fed() => Assert.Equal(Reader.All.Select(reader => reader.Name).Order(), Readers.Select(row => row.Data.Item1).Order());
}
