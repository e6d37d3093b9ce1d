using System.Globalization;
using Mezzotint.Imaging;

namespace Mezzotint.Data.Examination;

/// <summary>What is to be said of samples once their files have been read.</summary>
internal sealed class SampleChecks(DataNeeds needs, FindingList findings, IReadOnlyList<ExaminedSample> samples)
{
    private const double SameProportions = 0.05, MostShare = 0.8, RareShare = 0.05;

    private bool IsOfPairs => needs.Arrangement is DataArrangement.SideBySide or DataArrangement.Folders;

    /// <summary>Files that cannot be read, are not what they say, or have what is left away.</summary>
    public void Files()
    {
        // A training leaves out a few broken files, but of pairs it takes all or none.
        int broken = samples.Sum(sample => sample.Images.Count(image => image.Fault is not null)), files = samples.Sum(sample => sample.Images.Count);
        FindingGravity gravity = IsOfPairs || broken > Math.Max(1, files * PhotographFolder.BrokenShare) ? FindingGravity.Breaks : FindingGravity.Spoils;
        foreach (ExaminedSample sample in samples)
        {
            foreach (ExaminedImage image in sample.Images)
            {
                if (image.Fault is { } fault)
                {
                    findings.Add(fault, gravity, image.Path, image.Reason);
                    sample.Unusable = sample.Dropped = true;
                }
                else if (image.Header is { } header)
                {
                    File(sample, image, header);
                }
            }
        }
    }

    /// <summary>Pairs whose pictures do not go together.</summary>
    public void Pairs()
    {
        if (needs.Arrangement == DataArrangement.SideBySide) SideBySide();
        if (needs.Arrangement != DataArrangement.Folders) return;
        foreach (ExaminedSample sample in samples)
        {
            PictureHeader[] headers = [.. sample.Images.Select(image => image.Header).OfType<PictureHeader>()];
            if (headers.Select(header => (header.Width, header.Height)).Distinct().Count() < 2) continue;
            findings.Add(
                FindingKind.PairSizes, FindingGravity.Breaks, sample.Target.Path,
                string.Join(", ", sample.Images.Where(image => image.Header is not null).Select(image => $"{Word(image.Role)} {image.Header!.Width}x{image.Header.Height}")));
            sample.Unusable = sample.Dropped = true;
        }
    }

    /// <summary>Pictures that are too small, or of other sizes than the others where all must be alike.</summary>
    public void Sizes()
    {
        foreach (ExaminedSample sample in samples.Where(sample => sample.Part == DataPart.Train && sample.Target.Header is not null))
        {
            PictureHeader header = sample.Target.Header!;
            int width = needs.Arrangement == DataArrangement.SideBySide ? header.Width / 2 : header.Width;
            if (width >= needs.LeastWidth && header.Height >= needs.LeastHeight) continue;
            findings.Add(FindingKind.Tiny, FindingGravity.Spoils, sample.Target.Path, $"{header.Width}x{header.Height}");
            sample.Dropped = true;
            sample.Unusable |= !needs.Enlarges;
        }

        if (needs.Images is not { Size: null }) return;
        var headers = samples.Where(sample => sample.Target.Header is not null).ToList();
        if (headers.Count == 0) return;
        (int Width, int Height) usual = headers.CountBy(Size).MaxBy(entry => entry.Value).Key;
        foreach (ExaminedSample other in headers.Where(sample => Size(sample) != usual))
        {
            (int width, int height) = Size(other);
            findings.Add(
                FindingKind.WrongSize, FindingGravity.Breaks, other.Target.Path, $"{width}x{height}; most have {usual.Width}x{usual.Height}");
            other.Dropped = true;
        }

        static (int Width, int Height) Size(ExaminedSample sample) => (sample.Target.Header!.Width, sample.Target.Header.Height);
    }

    /// <summary>Pictures in grey among those in colour, or the other way round.</summary>
    public void Colours()
    {
        if (needs.Channels != 3) return;
        var seen = samples.Where(sample => sample is { Part: DataPart.Train, Unusable: false, Target.Signature: not null }).ToLookup(sample => IsGrey(sample.Target));
        int grey = seen[true].Count(), colour = seen[false].Count();
        if (grey == 0 || colour == 0) return;
        bool rareIsGrey = grey <= colour;
        bool generated = needs.Arrangement == DataArrangement.Images, rare = Math.Min(grey, colour) < RareShare * (grey + colour);
        FindingGravity gravity = generated && !rare ? FindingGravity.Spoils : FindingGravity.Note;
        foreach (ExaminedSample sample in seen[rareIsGrey])
        {
            findings.Add(FindingKind.MixedColour, gravity, sample.Target.Path, rareIsGrey ? "grey" : "colour");
            sample.Dropped |= gravity == FindingGravity.Spoils;
        }
    }

    /// <summary>Pictures that are there several times.</summary>
    public void Duplicates(CancellationToken cancellation)
    {
        ImageSignature?[] signatures = [.. samples.Select(sample => sample.Unusable ? null : sample.Target.Signature)];
        foreach (int[] group in DuplicateSearch.Equal(signatures)) Equal([.. group.Select(i => samples[i])]);
        (int[] earlier, int[] across) = DuplicateSearch.Near(signatures, [.. samples.Select(sample => sample.Part)], cancellation);
        for (int i = 0; i < samples.Count; i++)
        {
            ExaminedSample sample = samples[i];
            if (across[i] >= 0 && sample.Part == DataPart.Train)
            {
                findings.Add(
                    FindingKind.NearLeak, FindingGravity.Spoils, sample.Target.Path, $"nearly '{samples[across[i]].Target.Path}'", samples[across[i]].Target.Path);
                sample.Dropped = true;
            }
            else if (earlier[i] >= 0)
            {
                findings.Add(
                    FindingKind.NearDuplicate, FindingGravity.Note, sample.Target.Path, $"nearly '{samples[earlier[i]].Target.Path}'", samples[earlier[i]].Target.Path);
            }
        }
    }

    /// <summary>Pairs that share a picture and not its partner, and pairs whose edges do not lie where their partners' do.</summary>
    public void Agreement(CancellationToken cancellation)
    {
        if (!IsOfPairs) return;
        ExaminedSample[] usable = [.. samples.Where(sample => !sample.Unusable)];
        ExaminedSample[] seen = [.. usable.Where(sample => Given(sample) is not null && sample.Target.Structure is not null).Take(PairAgreement.MostPairs)];
        var agreement = PairAgreement.Of([.. seen.Select(sample => Given(sample)!)], [.. seen.Select(sample => sample.Target.Structure!)], cancellation);
        if (agreement is null) return;
        if (agreement.IsShuffled)
        {
            findings.Add(
                FindingKind.Mispaired, FindingGravity.Spoils, string.Join(", ", needs.Train),
                string.Create(CultureInfo.InvariantCulture, $"edges of {seen.Length:N0} inputs lie where their own targets' do no more than where others' do"));
            return;
        }

        foreach ((int first, int second) in agreement.Swapped())
        {
            Mispair(seen[first], seen[second], "each fits the other's partner better than its own");
            Mispair(seen[second], seen[first], "each fits the other's partner better than its own");
        }

        static float[]? Given(ExaminedSample sample) => sample.Target.InputStructure ?? sample.Input?.Structure;
    }

    private void Mispair(ExaminedSample sample, ExaminedSample other, string detail)
    {
        findings.Add(FindingKind.Mispaired, FindingGravity.Spoils, sample.Target.Path, $"beside '{other.Target.Path}': {detail}", other.Target.Path);
        sample.Dropped = true;
    }

    private void Equal(ExaminedSample[] group)
    {
        ExaminedSample[] train = [.. group.Where(sample => sample.Part == DataPart.Train)], validation = [.. group.Except(train)];
        if (train.Length > 0 && validation.Length > 0)
        {
            foreach (ExaminedSample sample in train)
            {
                string same = validation[0].Target.Path;
                findings.Add(
                    FindingKind.Leak, FindingGravity.Spoils, sample.Target.Path, same == sample.Target.Path ? "the same file" : $"equal to '{same}'", same);
                sample.Dropped = true;
            }
        }
        else if (train.Select(sample => sample.Class).Distinct().Count() > 1)
        {
            foreach (ExaminedSample sample in train)
            {
                string other = train.First(other => other != sample).Target.Path;
                findings.Add(
                    FindingKind.Contradiction, FindingGravity.Spoils, sample.Target.Path, $"class {sample.Class}; equal to '{other}'", other);
                sample.Dropped = true;
            }
        }
        else if (train.FirstOrDefault(sample => !SameInput(sample, train[0])) is { } unlike)
        {
            foreach (ExaminedSample sample in train)
                Mispair(sample, SameInput(sample, unlike) ? train.First(other => !SameInput(other, sample)) : unlike, "the same target, and another input");
        }
        else
        {
            foreach (ExaminedSample again in train.Skip(1))
            {
                findings.Add(
                    FindingKind.Duplicate, FindingGravity.Spoils, again.Target.Path, $"equal to '{train[0].Target.Path}'", train[0].Target.Path);
                again.Dropped = true;
            }
        }

        foreach (ExaminedSample again in validation.Skip(1))
            findings.Add(
                FindingKind.Duplicate, FindingGravity.Note, again.Target.Path, $"equal to '{validation[0].Target.Path}', both never learned from", validation[0].Target.Path);
    }

    private static bool SameInput(ExaminedSample one, ExaminedSample other) => one.Input?.Signature?.Digest == other.Input?.Signature?.Digest;

    private void File(ExaminedSample sample, ExaminedImage image, PictureHeader header)
    {
        if (!SameKind(header.Format, PictureFormats.FromPath(image.Path)))
            findings.Add(FindingKind.WrongEnding, FindingGravity.Note, image.Path, Name(header.Format));
        if (header.Pages > 1) findings.Add(FindingKind.Pages, FindingGravity.Note, image.Path, $"{header.Pages}");
        if (image.LabelFault is { } fault)
        {
            findings.Add(FindingKind.MapChannels, FindingGravity.Breaks, image.Path, fault);
            sample.Unusable = sample.Dropped = true;
        }

        if (image.Strangers.Count > 0)
        {
            IEnumerable<string> labels = image.Strangers.OrderBy(entry => entry.Key)
                .Select(entry => $"{entry.Key} ({entry.Value} {(entry.Value == 1 ? "pixel" : "pixels")})");
            findings.Add(FindingKind.LabelOutOfRange, FindingGravity.Breaks, image.Path, $"label {string.Join(", ", labels.Take(8))}");
            sample.Unusable = sample.Dropped = true;
        }

        bool holdsNumbers = needs.Labels is { Palette: null } && (image.Role == ImageRole.Labels || needs.Arrangement == DataArrangement.SideBySide);
        if (holdsNumbers && header.Format is PictureFormat.Jpeg or PictureFormat.Heif or PictureFormat.Avif)
        {
            findings.Add(FindingKind.LossyLabels, FindingGravity.Spoils, image.Path, Name(header.Format));
            sample.Dropped = true;
        }

        if (image.Role is ImageRole.Labels or ImageRole.Instances) return;
        if (!TrainingChannels.Fit(header, needs.Channels))
        {
            findings.Add(FindingKind.WrongChannels, FindingGravity.Spoils, image.Path, $"{header.Channels} channels");
            sample.Unusable = sample.Dropped = true;
        }

        if (header.IsCmyk)
            findings.Add(
                FindingKind.Cmyk, header.HasProfile ? FindingGravity.Note : FindingGravity.Spoils, image.Path, header.HasProfile ? "with a profile" : "without a profile");
        if (header.HasAlpha && needs.LaysOverWhite)
        {
            if (image.Transparent) findings.Add(FindingKind.Transparent, FindingGravity.Spoils, image.Path);
            else findings.Add(FindingKind.OpaqueAlpha, FindingGravity.Note, image.Path);
        }
    }

    private void SideBySide()
    {
        foreach (ExaminedSample odd in samples.Where(sample => sample.Target.Header is { Width: var width } && width % 2 != 0))
        {
            findings.Add(FindingKind.OddWidth, FindingGravity.Breaks, odd.Target.Path, $"{odd.Target.Header!.Width} wide");
            odd.Unusable = odd.Dropped = true;
        }

        var shapes = samples.Where(sample => sample.Target.Header is not null).ToList();
        if (shapes.Count == 0) return;
        int usual = shapes.CountBy(Shape).MaxBy(entry => entry.Value).Key, half = (int)Math.Round(1 / SameProportions);
        if (shapes.Count(sample => Math.Abs(Shape(sample) - usual) <= 1) < MostShare * shapes.Count) return;
        foreach (ExaminedSample lone in shapes.Where(sample => Math.Abs(Shape(sample) - (usual - half)) <= 1))
        {
            findings.Add(FindingKind.NoPair, FindingGravity.Spoils, lone.Target.Path, $"{lone.Target.Header!.Width}x{lone.Target.Header.Height}");
            lone.Dropped = true;
        }

        // Proportions in steps of a twentieth of a doubling.
        static int Shape(ExaminedSample sample) =>
            (int)Math.Round(Math.Log2((double)sample.Target.Header!.Width / sample.Target.Header.Height) / SameProportions);
    }

    private static bool IsGrey(ExaminedImage image) => image.Header?.Channels <= 2 || image.Signature!.IsGrey;

    private static string Name(PictureFormat format) => format == PictureFormat.Webp ? "WebP" : format.ToString().ToUpperInvariant();

    private static bool SameKind(PictureFormat a, PictureFormat b) =>
        a == b || (a is PictureFormat.Heif or PictureFormat.Avif && b is PictureFormat.Heif or PictureFormat.Avif);

    private static string Word(ImageRole role) => role switch
    {
        ImageRole.Target => "target",
        ImageRole.Instances => "instance map",
        ImageRole.Labels => "label map",
        _ => "input",
    };
}
