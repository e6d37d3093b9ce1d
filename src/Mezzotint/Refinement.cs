using System.Security.Cryptography;
using System.Text;
using Mezzotint.Data.Pairs;
using Mezzotint.Imaging;
using Mezzotint.Networks;

namespace Mezzotint;

/// <summary>
/// What is done to a generated picture afterwards: it is enlarged or cleaned by an <see cref="Upscaler"/>, or a part of it is made anew by
/// a <see cref="Translator"/> that fills holes. One follows another: <c>larger.Apply(filled.Apply(generator.Generate(7), 7), 7)</c>.
/// </summary>
/// <remarks>The picture keeps what it said of its making, and says beside it, under <see cref="Key"/>, what has been done to it
/// since.</remarks>
public sealed class Refinement
{
    /// <summary>The key of a picture's metadata that holds a <see cref="RefinementNote"/> for each refinement, in their order.</summary>
    public const string Key = "Mezzotint refinements";

    // Holes where no mask is given: as large as the shipped recipe's on the average.
    private const double LeastHole = 0.1;
    private const double LargestHole = 0.25;

    private readonly Func<Picture, ulong, CancellationToken, Picture> _apply;

    private Refinement(RefinementNote note, Func<Picture, ulong, CancellationToken, Picture> apply) => (Note, _apply) = (note, apply);

    /// <summary>What a refined picture says of it.</summary>
    public RefinementNote Note { get; }

    /// <summary>Enlarging, or restoring by a model of scale 1.</summary>
    /// <param name="upscaler">What does it.</param>
    /// <param name="model">What the note calls the model; null for the upscaler's own name.</param>
    public static Refinement By(Upscaler upscaler, string? model = null) => new(
        new RefinementNote(upscaler.Scale == 1 ? RefinementKind.Restore : RefinementKind.Upscale, $"sha256:{upscaler.WeightsHash}")
        {
            Model = model ?? upscaler.Name,
        },
        (picture, _, cancellation) => upscaler.Upscale(picture, null, cancellation));

    /// <summary>The filling of a hole; what lies around it is kept to the bit, in colour.</summary>
    /// <param name="translator">What does it: a model for holes.</param>
    /// <param name="mask">White where the picture is to be made anew, of its size; null for a hole that is drawn from each picture's
    /// seed.</param>
    /// <param name="maskFile">Where the mask comes from, for the note.</param>
    /// <param name="model">What the note calls the model; null for the translator's own name.</param>
    /// <exception cref="MezzotintException">The model fills no holes.</exception>
    public static Refinement By(Translator translator, Picture? mask = null, string? maskFile = null, string? model = null)
    {
        if (translator.Description.Condition.Kind != ConditionKind.Masked)
            throw new MezzotintException($"The model '{model ?? translator.Name}' does not fill holes; give one that was trained on masked pictures.");
        var note = new RefinementNote(RefinementKind.Inpaint, $"sha256:{translator.WeightsHash}")
        {
            Model = model ?? translator.Name,
            Mask = mask is null ? null : maskFile,
            MaskPixels = mask is null ? null : HashOf(mask),
        };
        return new Refinement(note, (picture, seed, _) =>
            translator.Translate(picture, new TranslationOptions { Mask = mask ?? Hole(picture, seed), Seed = seed }));
    }

    /// <summary>The refined picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="seed">The seed it was generated from.</param>
    /// <param name="cancellation">Ends the work between two tiles.</param>
    /// <exception cref="PictureException">The model or the mask does not fit the picture.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Picture Apply(Picture picture, ulong seed, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        Picture refined = _apply(picture, seed, cancellation);
        IReadOnlyList<RefinementNote> before = picture.Text.TryGetValue(Key, out string? notes) ? RefinementNote.Parse(notes) ?? [] : [];
        var text = new Dictionary<string, string>(picture.Text, StringComparer.Ordinal) { [Key] = RefinementNote.Write([.. before, Note]) };
        return refined.WithMetadata(picture.Metadata with { Text = text });
    }

    private static Picture Hole(Picture picture, ulong seed)
    {
        bool[] missing = new MaskGenerator(MaskKind.Mixed, LeastHole, LargestHole).Make(picture.Width, picture.Height, seed, 0);
        return Picture.FromSamples([.. missing.Select(hole => hole ? byte.MaxValue : (byte)0)], picture.Width, picture.Height, 1);
    }

    private static string HashOf(Picture mask)
    {
        var samples = new byte[mask.Width * mask.Height * mask.Channels];
        mask.WithBitDepth(8).CopyTo(samples);
        return Convert.ToHexStringLower(SHA256.HashData([.. Encoding.ASCII.GetBytes($"{mask.Width}x{mask.Height} "), .. samples]));
    }
}
