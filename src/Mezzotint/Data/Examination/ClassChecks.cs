using System.Globalization;

namespace Mezzotint.Data.Examination;

/// <summary>How often classes occur, and whether they are those that the recipe counts on.</summary>
internal sealed class ClassChecks(DataNeeds needs, FindingList findings, IReadOnlyList<ExaminedSample> samples, IReadOnlySet<string> known)
{
    private const int RareFactor = 10;

    private string Place => needs.Train[0];

    /// <summary>Of images that have a class each.</summary>
    public IReadOnlyList<ClassCount> OfImages()
    {
        IReadOnlyList<string> wanted = needs.Images?.Classes ?? [];
        string[] there = [.. samples.Select(sample => sample.Class).OfType<string>().Concat(known).Distinct()];
        if (there.Length == 0)
        {
            if (needs.Classes > 0 && findings.Count(FindingKind.BrokenIdx) + findings.Count(FindingKind.NothingUsable) == 0)
                findings.Add(FindingKind.WrongClasses, FindingGravity.Breaks, Place, $"the recipe says {needs.Classes}, and the images have none");
            return [];
        }

        foreach (string name in wanted.Except(there))
            findings.Add(FindingKind.WrongClasses, FindingGravity.Breaks, Place, $"there is no class '{name}', which the recipe names");
        string[] names = [.. (wanted.Count > 0 ? wanted.Intersect(there) : there).OrderBy(Number).ThenBy(name => name, StringComparer.Ordinal)];
        var counts = samples.Where(sample => !sample.Unusable && sample.Class is not null).CountBy(sample => (sample.Class!, sample.Part)).ToDictionary();
        ClassCount[] all =
        [
            .. names.Select(name => new ClassCount(name, counts.GetValueOrDefault((name, DataPart.Train)), counts.GetValueOrDefault((name, DataPart.Validation)))),
        ];
        int used = all.Count(one => one.Train > 0);
        if (needs.Classes > 0 && used != needs.Classes && wanted.Count == 0 && findings.Count(FindingKind.LabelOutOfRange) == 0 && !Numbered(names))
            findings.Add(FindingKind.WrongClasses, FindingGravity.Breaks, Place, $"the recipe says {needs.Classes}, and the images have {used}");
        if (needs.Classes > names.Length && Numbered(names))
            all = [.. all, .. Enumerable.Range(names.Length, needs.Classes - names.Length).Select(label => new ClassCount(Text(label), 0, 0))];
        Rank([.. all.Where(one => needs.Classes == 0 || Number(one.Name) is var label && (label == int.MaxValue || label < needs.Classes))]);
        return all;
    }

    /// <summary>Of label maps, whose pixels have one each.</summary>
    public IReadOnlyList<ClassCount> OfLabelMaps()
    {
        int classes = needs.Labels!.Classes;
        long[] train = new long[classes + 1], validation = new long[classes + 1];
        foreach (ExaminedSample sample in samples.Where(sample => !sample.Unusable))
        {
            long[] pixels = sample.Part == DataPart.Train ? train : validation;
            foreach (long[] labels in sample.Images.Select(image => image.Labels).OfType<long[]>())
                for (int i = 0; i < labels.Length; i++) pixels[i] += labels[i];
        }

        ClassCount[] all =
        [
            .. Enumerable.Range(0, classes).Select(label => new ClassCount(
                needs.Labels.Palette is { } palette && label < palette.Entries.Count ? palette.Entries[label].Name : Text(label), train[label], validation[label])),
        ];
        foreach (ClassCount absent in all.Where(one => one.Train == 0))
            findings.Add(FindingKind.AbsentClass, FindingGravity.Spoils, Place, $"class {absent.Name}");
        return all;
    }

    private void Rank(ClassCount[] all)
    {
        long most = all.Length == 0 ? 0 : all.Max(one => one.Train);
        foreach (ClassCount one in all)
        {
            if (one.Train == 0) findings.Add(FindingKind.AbsentClass, FindingGravity.Spoils, Place, $"class {one.Name}");
            else if (one.Train * RareFactor < most)
            {
                findings.Add(FindingKind.RareClass, FindingGravity.Note, Place, string.Create(
                    CultureInfo.InvariantCulture, $"class {one.Name}: {one.Train:N0} {(one.Train == 1 ? "image" : "images")}, and the largest has {most:N0}"));
            }
        }
    }

    /// <summary>Whether classes are labels from 0 on, as IDX files have them.</summary>
    private static bool Numbered(string[] names) => names.Length > 0 && names.Select((name, i) => name == Text(i)).All(same => same);

    private static int Number(string name) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : int.MaxValue;

    private static string Text(int label) => label.ToString(CultureInfo.InvariantCulture);
}
