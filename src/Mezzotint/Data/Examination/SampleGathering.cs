using System.Globalization;
using Mezzotint.Data.Pairs;
using Mezzotint.Imaging;

namespace Mezzotint.Data.Examination;

/// <summary>Finds out what there is: samples with their files, and what is wrong with how they lie.</summary>
internal sealed class SampleGathering(DataNeeds needs, FindingList findings)
{
    private const int Items = 1024;

    private readonly List<ExaminedSample> _samples = [];

    /// <summary>The samples; those of files of many images are examined already.</summary>
    public IReadOnlyList<ExaminedSample> Samples => _samples;

    /// <summary>Bytes of files that are not the samples' own.</summary>
    public long OtherBytes { get; private set; }

    /// <summary>Those files.</summary>
    public int OtherFiles { get; private set; }

    /// <summary>Classes that occur in no sample though the data have room for them.</summary>
    public HashSet<string> KnownClasses { get; } = new(StringComparer.Ordinal);

    /// <summary>Gathers all.</summary>
    /// <exception cref="TrainingDataException">A folder or file is missing.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Gather(IProgress<ExaminationProgress>? progress, CancellationToken cancellation)
    {
        foreach (string place in needs.Train) Gather(DataPart.Train, place, progress, cancellation);
        if (needs.Validation is { } validation) Gather(DataPart.Validation, validation, progress, cancellation);
        if (needs.HoldOut == 0) return;
        int held = Math.Min(needs.HoldOut, _samples.Count);
        for (int i = _samples.Count - held; i < _samples.Count; i++) _samples[i] = _samples[i] with { Part = DataPart.Validation };
    }

    private void Gather(DataPart part, string place, IProgress<ExaminationProgress>? progress, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        int before = _samples.Count;
        switch (needs.Arrangement)
        {
            case DataArrangement.Images:
                ImageLayout layout = needs.Images!.Layout == ImageLayout.Auto ? LayoutOf(place) : needs.Images.Layout;
                if (layout == ImageLayout.Idx) Idx(part, place, progress, cancellation);
                else if (layout == ImageLayout.Sheets) Sheets(part, place, progress, cancellation);
                else Folder(part, place, layout == ImageLayout.Classes);
                break;
            case DataArrangement.Folders:
                Pairs(part, place);
                break;
            default:
                Folder(part, place, classes: false);
                break;
        }

        if (_samples.Count == before && part == DataPart.Train && findings.Count(FindingKind.BrokenIdx) == 0)
            findings.Add(FindingKind.NothingUsable, FindingGravity.Breaks, place, "there is no picture in it");
    }

    /// <summary>
    /// How images lie at a path that says nothing of it. Where the recipe has classes and there are folders of pictures, a picture beside
    /// these is one that strayed; a training takes it to say that there are no classes.
    /// </summary>
    private ImageLayout LayoutOf(string place)
    {
        ImageLayout layout = ImageSets.LayoutOf(place);
        return layout == ImageLayout.Folder && needs.Classes > 1 && Directory.Exists(place) && ImageSets.HasFoldersOfPictures(place) ? ImageLayout.Classes : layout;
    }

    private void Folder(DataPart part, string folder, bool classes)
    {
        foreach (string path in Listed(folder, classes))
        {
            string name = Path.GetRelativePath(folder, path).Replace('\\', '/');
            int end = name.IndexOf('/', StringComparison.Ordinal);
            bool stray = classes && end < 0;
            if (stray) findings.Add(FindingKind.WrongClasses, FindingGravity.Breaks, path, "it lies beside the classes' folders");
            _samples.Add(new ExaminedSample(part, name, [new ExaminedImage(path, folder, ImageRole.Target)])
            {
                Class = classes && !stray ? name[..end] : null,
                Unusable = stray,
                Dropped = stray,
            });
        }
    }

    private IReadOnlyList<string> Listed(string folder, bool classes = false)
    {
        FolderListing listing = FolderListing.Of(folder);
        foreach (string path in listing.PassedBy) findings.Add(FindingKind.PassedBy, FindingGravity.Note, path);
        foreach (string path in listing.EmptyFolders)
        {
            if (classes && Path.GetDirectoryName(path) == Path.TrimEndingDirectorySeparator(folder)) KnownClasses.Add(Path.GetFileName(path));
            findings.Add(FindingKind.EmptyFolder, FindingGravity.Note, path);
        }

        return listing.Pictures;
    }

    private void Pairs(DataPart part, string place)
    {
        string inputs = Path.Combine(place, needs.Inputs), targets = Path.Combine(place, needs.Targets);
        IReadOnlyList<string> givenFiles = Listed(inputs), comeFiles = Listed(targets);

        // One file that strayed into a folder changes what all are called: the reading by which most are pairs says which one it is.
        IReadOnlyList<string>[] givenNames = Readings(inputs, givenFiles), comeNames = Readings(targets, comeFiles);
        (IReadOnlyList<string> ofGiven, IReadOnlyList<string> ofCome) = givenNames.SelectMany(_ => comeNames, (one, other) => (one, other))
            .MaxBy(pair => pair.one.Intersect(pair.other).Count());
        Dictionary<string, string> given = ByName(ofGiven, givenFiles), come = ByName(ofCome, comeFiles);
        Dictionary<string, string>? belong = null;
        if (needs.Instances is { } maps)
        {
            string folder = Path.Combine(place, maps);
            IReadOnlyList<string> files = Listed(folder);
            belong = ByName(Readings(folder, files).MaxBy(names => names.Intersect(ofCome).Count())!, files);
        }

        ImageRole role = needs.Labels is null ? ImageRole.Input : ImageRole.Labels;
        foreach (string name in given.Keys.Concat(come.Keys).Concat(belong?.Keys ?? Enumerable.Empty<string>()).Distinct().Order(StringComparer.Ordinal))
        {
            string? input = given.GetValueOrDefault(name), target = come.GetValueOrDefault(name), instance = belong?.GetValueOrDefault(name);
            string some = target ?? input ?? instance!;
            bool whole = true;
            if (input is null) Missing(some, inputs);
            if (target is null) Missing(some, targets);
            if (belong is not null && instance is null) Missing(some, Path.Combine(place, needs.Instances!));
            _samples.Add(new ExaminedSample(part, name,
            [
                .. target is null ? Array.Empty<ExaminedImage>() : [new ExaminedImage(target, place, ImageRole.Target)],
                .. input is null ? Array.Empty<ExaminedImage>() : [new ExaminedImage(input, place, role)],
                .. instance is null ? Array.Empty<ExaminedImage>() : [new ExaminedImage(instance, place, ImageRole.Instances)],
            ])
            {
                Unusable = !whole,
                Dropped = !whole,
            });

            void Missing(string path, string folder)
            {
                whole = false;
                findings.Add(FindingKind.NoPartner, FindingGravity.Breaks, path, $"there is no '{name}' in '{folder}'");
            }
        }
    }

    private static IReadOnlyList<string>[] Readings(string folder, IReadOnlyList<string> files) =>
        files.Count == 0 ? [[]] : [PairSet.NamesOf(folder, files), PairSet.NamesOfMost(folder, files)];

    private Dictionary<string, string> ByName(IReadOnlyList<string> names, IReadOnlyList<string> files)
    {
        var byName = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string file) in names.Zip(files))
            if (!byName.TryAdd(name, file)) findings.Add(FindingKind.OneName, FindingGravity.Breaks, file, $"'{byName[name]}' is called the same");
        return byName;
    }

    private void Idx(DataPart part, string place, IProgress<ExaminationProgress>? progress, CancellationToken cancellation)
    {
        string file = Directory.Exists(place) ? IdxImages.Choose(place, part == DataPart.Validation) : place;
        try
        {
            using IdxFile images = IdxFile.Open(file, needs.Images!.CacheMegabytes * (1L << 20));
            int channels = images.Extents.Count == 4 ? images.Extents[3] : 1;
            if (images.Extents.Count < 3 || channels is not (1 or 3))
                throw new TrainingDataException(
                    $"It has the extents {string.Join(" x ", images.Extents)}, and images have three, or four with 1 or 3 channels.");
            (int height, int width) = (images.Extents[1], images.Extents[2]);
            byte[]? labels = IdxImages.LabelsOf(file) is { } path ? Labels(path, images.Count) : null;
            OtherFiles += labels is null ? 1 : 2;
            OtherBytes += new FileInfo(file).Length;
            if (IsEnlarged(width, height))
                findings.Add(
                    FindingKind.Tiny, FindingGravity.Spoils, file, string.Create(CultureInfo.InvariantCulture, $"{images.Count:N0} images of {width}x{height}"));
            int most = labels is null ? 0 : needs.Classes > 0 ? Math.Min(labels.Max(), needs.Classes) : labels.Max();
            for (int label = 0; label < most; label++) KnownClasses.Add(Text(label));
            for (int start = 0; start < images.Count; start += Items)
            {
                byte[][] items = [.. Enumerable.Range(start, Math.Min(Items, images.Count - start)).Select(i => images.Next(i).ToArray())];
                Add(part, file, start, items, item => (item, width, height, channels), i => labels is null ? null : Text(labels[i]), cancellation);
                progress?.Report(new ExaminationProgress(start + items.Length, images.Count, file));
            }

            images.Finish();
        }
        catch (TrainingDataException fault)
        {
            findings.Add(
                FindingKind.BrokenIdx, FindingGravity.Breaks, file,
                fault.Message.Replace($"Cannot read '{file}' as IDX: ", "", StringComparison.Ordinal).TrimEnd('.'));
        }

        static string Text(int label) => label.ToString(CultureInfo.InvariantCulture);
    }

    private byte[]? Labels(string path, int count)
    {
        using IdxFile file = IdxFile.Open(path, Math.Max(count, 1 << 20));
        if (file.Extents.Count != 1 || file.Count != count)
            throw new TrainingDataException($"'{path}' has {string.Join(" x ", file.Extents)} labels, and there are {count} images.");
        byte[] labels = [.. Enumerable.Range(0, count).Select(i => file.Next(i)[0])];
        file.Finish();
        if (needs.Classes > 0)
        {
            foreach (IGrouping<byte, byte> beyond in labels.Where(label => label >= needs.Classes).GroupBy(label => label).OrderBy(group => group.Key))
                findings.Add(
                    FindingKind.LabelOutOfRange, FindingGravity.Breaks, path,
                    $"label {beyond.Key}, {(beyond.Count() == 1 ? "once" : $"{beyond.Count()} times")}; the recipe has classes up to {needs.Classes - 1}");
        }

        return labels;
    }

    private void Sheets(DataPart part, string place, IProgress<ExaminationProgress>? progress, CancellationToken cancellation)
    {
        IReadOnlyList<string> files = Directory.Exists(place) ? Listed(place) : [place];
        for (int i = 0; i < files.Count; i++)
        {
            string file = files[i];
            OtherFiles++;
            OtherBytes += new FileInfo(file) is { Exists: true } info ? info.Length : 0;
            try
            {
                Picture sheet = Picture.Load(file).WithBitDepth(8);
                int side = (int)Math.Round(Math.Sqrt(sheet.Width)), row = sheet.Width * sheet.Channels;
                if (side * side != sheet.Width)
                {
                    findings.Add(
                        FindingKind.WrongSize, FindingGravity.Breaks, file, $"its rows have {sheet.Width} pixels, which is no square number");
                    continue;
                }

                if (IsEnlarged(side, side)) findings.Add(FindingKind.Tiny, FindingGravity.Spoils, file, $"images of {side}x{side}");
                var samples = new byte[sheet.Height * row];
                sheet.CopyTo(samples);
                byte[][] items = [.. samples.Chunk(row)];
                Add(part, file, 0, items, item => (item, side, side, sheet.Channels), _ => null, cancellation);
            }
            catch (PictureException fault) when (fault.InnerException is not DllNotFoundException)
            {
                findings.Add(FindingKind.Unreadable, FindingGravity.Breaks, file, fault.Message.TrimEnd('.'));
            }

            progress?.Report(new ExaminationProgress(i + 1, files.Count, file));
        }
    }

    private bool IsEnlarged(int width, int height) => needs.Enlarges && (width < needs.LeastWidth || height < needs.LeastHeight);

    /// <summary>Adds images of a file of many.</summary>
    private void Add(
        DataPart part, string file, int start, byte[][] items, Func<byte[], (byte[] Samples, int Width, int Height, int Channels)> image,
        Func<int, string?> classOf, CancellationToken cancellation)
    {
        var signatures = new ImageSignature[items.Length];
        Parallel.For(0, items.Length, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            (byte[] samples, int width, int height, int channels) = image(items[i]);
            signatures[i] = ImageSignature.Of(samples, width, height, channels);
        });
        for (int i = 0; i < items.Length; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{file}[{start + i}]");
            _samples.Add(new ExaminedSample(part, name, [new ExaminedImage(name, file, ImageRole.Target) { Signature = signatures[i] }])
            {
                Class = classOf(start + i),
            });
        }
    }
}
