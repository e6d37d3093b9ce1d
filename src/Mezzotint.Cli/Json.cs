using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mezzotint.Cli;

/// <summary>A picture that was made of another.</summary>
internal sealed record MadePicture(string Input, string Output, int Width, int Height, double Seconds);

/// <summary>A picture that was not.</summary>
internal sealed record FailedPicture(string Input, string Error);

/// <summary>A picture whose output is there already.</summary>
internal sealed record SkippedPicture(string Input, string Output);

/// <summary>What <c>upscale</c>, <c>restore</c>, <c>translate</c> and <c>stylize</c> print with <c>--json</c>.</summary>
internal sealed record PicturesDocument(
    IReadOnlyList<MadePicture> Images, IReadOnlyList<FailedPicture> Failed, IReadOnlyList<SkippedPicture> Skipped);

/// <summary>Scores as <c>evaluate --json</c> prints them.</summary>
internal sealed record ScoreDocument(double PsnrY, double SsimY, double PsnrRgb, double SsimRgb, double? Perceptual, double? Lpips);

/// <summary>One picture's scores.</summary>
internal sealed record ImageScoreDocument(
    string Name, int Width, int Height, double PsnrY, double SsimY, double PsnrRgb, double SsimRgb, double? Perceptual, double? Lpips);

/// <summary>What <c>evaluate upscale --json</c> prints.</summary>
internal sealed record EvaluationDocument(
    string Model, int Scale, string Protocol, ScoreDocument Mean, IReadOnlyList<ImageScoreDocument> Images);

/// <summary>An autoencoder's scores by one protocol, in nats an image.</summary>
internal sealed record VaeScoreDocument(
    string Protocol, bool Binarized, double NegativeElbo, double Reconstruction, double Kl, int ImportanceSamples, double? ImportanceWeightedNll);

/// <summary>What <c>evaluate vae --json</c> prints.</summary>
internal sealed record VaeEvaluationDocument(string Model, string Data, int Images, IReadOnlyList<VaeScoreDocument> Scores);

/// <summary>Scores of translations as <c>evaluate translate --json</c> prints them.</summary>
internal sealed record TranslationFigures(double L1, double Psnr, double Ssim, double? Lpips);

/// <summary>One pair's scores.</summary>
internal sealed record TranslatedPairDocument(string Name, double L1, double Psnr, double Ssim, double? Lpips);

/// <summary>What <c>evaluate translate --json</c> prints; the baseline is the mean colour of all true pictures.</summary>
internal sealed record TranslationDocument(
    string Model, string Protocol, TranslationFigures Mean, TranslationFigures Baseline, IReadOnlyList<TranslatedPairDocument> Pairs);

/// <summary>
/// A model as <c>models --json</c> prints it; the scale is null where it does not enlarge, and the network is as its file describes it.
/// </summary>
internal sealed record ModelDocument(
    string Name, string Kind, int? Scale, JsonElement Network, long Bytes, string Path, string Summary);

/// <summary>What <c>models --json</c> prints.</summary>
internal sealed record ModelsDocument(IReadOnlyList<ModelDocument> Models);

/// <summary>What <c>blend --json</c> prints.</summary>
internal sealed record BlendDocument(string Output, string Card, double Share, double Likeness);

/// <summary>What <c>export --json</c> prints.</summary>
internal sealed record ExportDocument(
    string Output, string Format, string Card, int? Opset, IReadOnlyList<string>? DynamicAxes, int? SizeMultiple, string? FixedBecause);

/// <summary>One score of a set of images, with the terms of its protocol.</summary>
internal sealed record SampleScoreDocument(string Metric, double Value, double? Deviation, string Protocol, IReadOnlyDictionary<string, string> Terms);

/// <summary>
/// What <c>evaluate fid --json</c> and <c>evaluate samples --json</c> print; the seeds are null where nothing was generated.
/// </summary>
internal sealed record SampleScoresDocument(string Judged, string? Seeds, double? Fid, int Generated, IReadOnlyList<SampleScoreDocument> Scores);

/// <summary>One score of pairs of pictures: the mean.</summary>
internal sealed record PairScoreDocument(string Metric, double Mean, string Protocol);

/// <summary>One picture's scores by name.</summary>
internal sealed record PairDocument(string Name, IReadOnlyDictionary<string, double> Scores);

/// <summary>What <c>evaluate pairs --json</c> prints.</summary>
internal sealed record PairScoresDocument(IReadOnlyList<PairScoreDocument> Scores, IReadOnlyList<PairDocument> Images);

/// <summary>One array as <c>inspect --json</c> prints it.</summary>
internal sealed record ArrayDocument(string Name, IReadOnlyList<int> Shape, string Type);

/// <summary>One state of a file as <c>inspect --json</c> prints it.</summary>
internal sealed record PartDocument(string Path, int Arrays, long Numbers);

/// <summary>What <c>inspect --json</c> prints; the network is null where it is of no known architecture or does not quite fit it.</summary>
internal sealed record InspectDocument(
    string File, string Format, string Part, IReadOnlyList<PartDocument> Parts, long Numbers, long NotFinite, string? Architecture, string? Remark,
    JsonElement? Network, IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<ArrayDocument> Arrays);

/// <summary>One kernel as <c>plan --json</c> prints it.</summary>
internal sealed record KernelDocument(
    string? Layer, string Operation, string? Algorithm, int[] Output, int Fused, long Operations, long Bytes);

/// <summary>
/// What <c>plan --json</c> prints; the radius is null where a pixel sees the whole picture, and seconds where they cannot be told.
/// </summary>
internal sealed record PlanDocument(
    int Width, int Height, int Scale, long Parameters, long Operations, long Bytes, long PeakBytes, long DeviceBytes, double? Seconds,
    int? ReceptiveFieldRadius, IReadOnlyList<KernelDocument> Kernels);

/// <summary>
/// What <c>plan --json</c> prints of a recipe; operations and bytes are those of a step, and seconds null where they cannot be told.
/// </summary>
internal sealed record TrainingPlanDocument(
    string Name, string Family, long Steps, long Parameters, long Operations, long Bytes, int Kernels, long MemoryBytes, long ProcessBytes, long DeviceBytes,
    long VariableBytes, long BatchBytes, int? ReceptiveFieldRadius, double? SecondsPerStep, double? Seconds);

/// <summary>What <c>generate --json</c> prints: the files.</summary>
internal sealed record GeneratedDocument(IReadOnlyList<string> Images);

/// <summary>Distances of one level's images, in thousandths: of the finest band, and the mean over all.</summary>
internal sealed record PatchDistanceDocument(double Finest, double Mean);

/// <summary>One level's score, beside that of the level before enlarged to its size; null for the smallest.</summary>
internal sealed record LevelScoreDocument(int Side, PatchDistanceDocument Own, PatchDistanceDocument? Predecessor);

/// <summary>What <c>evaluate swd --json</c> prints.</summary>
internal sealed record PyramidDocument(string Model, string Data, int Images, string Protocol, IReadOnlyList<LevelScoreDocument> Levels);

/// <summary>One file that <c>doctor</c> found.</summary>
internal sealed record FoundFileDocument(string Path, string? Detail, string? Partner);

/// <summary>What <c>doctor</c> found of a kind: its gravity is breaks, spoils or note.</summary>
internal sealed record FindingDocument(
    string Kind, string Gravity, int Count, string Title, string Remedy, IReadOnlyList<FoundFileDocument> Files);

/// <summary>How often a class occurs.</summary>
internal sealed record ClassCountDocument(string Name, long Train, long Validation);

/// <summary>What <c>doctor --fix</c> made.</summary>
internal sealed record RepairDocument(int Copied, int Converted, int LeftOut);

/// <summary>What <c>doctor --json</c> prints; after a repair it is of the new folder.</summary>
internal sealed record DoctorDocument(
    string Recipe, IReadOnlyList<string> Train, string? Validation, int TrainCount, int ValidationCount, int Files, long Bytes, bool Clean,
    IReadOnlyList<FindingDocument> Findings, string ClassUnit, IReadOnlyList<ClassCountDocument> Classes, RepairDocument? Repair);

/// <summary>How well classifiers do that were trained on images of one kind: the mean, the deviation over runs, and each run.</summary>
internal sealed record AugmentationScoreDocument(string Kind, double Mean, double Deviation, IReadOnlyList<double> Accuracies);

/// <summary>What <c>evaluate augmentation --json</c> prints.</summary>
internal sealed record AugmentationDocument(
    string Generated, string Data, int TestImages, string Protocol, IReadOnlyList<AugmentationScoreDocument> Scores);

/// <summary>A model that was compared.</summary>
internal sealed record ComparedModelDocument(string Name, string? Weights);

/// <summary>A score of compared models: each one's mean, in their order.</summary>
internal sealed record ComparedScoreDocument(string Name, bool HigherIsBetter, string Protocol, IReadOnlyList<double> Means);

/// <summary>What <c>compare --json</c> prints of models; the picture is null where the page is a blind vote.</summary>
internal sealed record CompareDocument(
    string Page, string? Picture, int Rows, IReadOnlyList<ComparedModelDocument> Models, IReadOnlyList<ComparedScoreDocument> Scores,
    IReadOnlyList<FailedPicture> Failed);

/// <summary>One file's value of a score, and on how many pictures it is better than the first file's.</summary>
internal sealed record StoredValueDocument(string File, string Judged, double Value, int? BetterPictures);

/// <summary>A score that several files have.</summary>
internal sealed record StoredScoreDocument(string Name, bool HigherIsBetter, string Protocol, IReadOnlyList<StoredValueDocument> Values);

/// <summary>What <c>compare --json</c> prints of stored scores.</summary>
internal sealed record StoredScoresDocument(IReadOnlyList<StoredScoreDocument> Scores);

/// <summary>Two models' votes; the share is of those that decided, with its interval at 95 %.</summary>
internal sealed record PreferenceDocument(
    string First, string Second, int FirstPreferred, int SecondPreferred, int Undecided, double? Share, double Low, double High, string? Preferred);

/// <summary>What <c>compare --votes --json</c> prints.</summary>
internal sealed record VotesDocument(int Sittings, IReadOnlyList<ComparedModelDocument> Models, IReadOnlyList<PreferenceDocument> Preferences);

/// <summary>The documents for other programs.</summary>
[JsonSerializable(typeof(GeneratedDocument))]
[JsonSerializable(typeof(PlanDocument))]
[JsonSerializable(typeof(TrainingPlanDocument))]
[JsonSerializable(typeof(PicturesDocument))]
[JsonSerializable(typeof(EvaluationDocument))]
[JsonSerializable(typeof(VaeEvaluationDocument))]
[JsonSerializable(typeof(TranslationDocument))]
[JsonSerializable(typeof(ModelsDocument))]
[JsonSerializable(typeof(BlendDocument))]
[JsonSerializable(typeof(ExportDocument))]
[JsonSerializable(typeof(SampleScoresDocument))]
[JsonSerializable(typeof(PairScoresDocument))]
[JsonSerializable(typeof(PyramidDocument))]
[JsonSerializable(typeof(InspectDocument))]
[JsonSerializable(typeof(DoctorDocument))]
[JsonSerializable(typeof(AugmentationDocument))]
[JsonSerializable(typeof(CompareDocument))]
[JsonSerializable(typeof(StoredScoresDocument))]
[JsonSerializable(typeof(VotesDocument))]
internal sealed partial class Json : JsonSerializerContext
{
    private static readonly Json Readable = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // file names as they are; the document is no web page
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // the PSNR of equal pictures is infinite
    });

    /// <summary>Prints a document.</summary>
    public static void Write<T>(TextWriter output, T document) => output.WriteLine(Text(document));

    /// <summary>A document's text.</summary>
    public static string Text<T>(T document) => JsonSerializer.Serialize(document, typeof(T), Readable);
}
