using Mezzotint.Imaging;
using Mezzotint.Tensors;
using Mezzotint.Weights;

namespace Mezzotint.Cli.Commands;

/// <summary>
/// A stage after generation as <c>--then</c> names it: <c>upscale</c>, <c>upscale=photo-x2</c>, <c>inpaint=runs/holes</c>.
/// </summary>
internal sealed record RefinementChoice(RefinementKind Kind, string Model, string? Mask)
{
    private const string Inpainter = "inpaint";

    /// <summary>What the options say.</summary>
    /// <exception cref="MezzotintException">There is no such stage, or it needs a model's name; or a mask that no stage takes.</exception>
    public static IReadOnlyList<RefinementChoice> Of(IReadOnlyList<string> stages, string? mask)
    {
        RefinementChoice[] choices = [.. stages.Select(stage => Of(stage, mask))];
        return mask is null || choices.Any(choice => choice.Kind == RefinementKind.Inpaint)
            ? choices
            : throw new MezzotintException("--mask goes with --then inpaint; add that, or leave the mask out.");
    }

    /// <summary>What a picture says was done to it, ready to be done again.</summary>
    /// <param name="file">The picture's file.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="instead">Where the models are now, if not where the picture says; one for each stage.</param>
    /// <param name="device">Where they run.</param>
    /// <exception cref="MezzotintException">A model or a mask is another, or cannot be found.</exception>
    public static IReadOnlyList<Refinement> Again(string file, Picture picture, IReadOnlyList<RefinementChoice> instead, Device device)
    {
        IReadOnlyList<RefinementNote>? notes = picture.Text.TryGetValue(Refinement.Key, out string? text) ? RefinementNote.Parse(text) : [];
        if (notes is null) throw new MezzotintException($"'{file}' does not say what was done to it in a form that this version reads.");
        if (instead.Count > 0 && !instead.Select(choice => choice.Kind).SequenceEqual(notes.Select(note => note.Kind)))
        {
            throw new MezzotintException($"'{file}' was made by {(notes.Count == 0 ? "no further stage" : string.Join(", ", notes.Select(note => Name(note.Kind))))}"
                + $", and --then says {string.Join(", ", instead.Select(choice => Name(choice.Kind)))}; leave --then out.");
        }

        return [.. notes.Select((note, i) => Again(file, note, instead.ElementAtOrDefault(i), device))];
    }

    /// <summary>Loads what does it.</summary>
    /// <param name="device">Where it runs.</param>
    /// <exception cref="MezzotintException">The model does something else, or there is none.</exception>
    public Refinement Load(Device device)
    {
        if (Kind == RefinementKind.Inpaint)
            return Refinement.By(Translator.Load(Model, device), Mask is null ? null : Picture.Load(Mask), Mask, Model);
        Upscaler upscaler = Upscaler.Load(Model, device);
        return upscaler.Scale == 1 == (Kind == RefinementKind.Restore)
            ? Refinement.By(upscaler, Model)
            : throw new MezzotintException($"The model '{Model}' {(upscaler.Scale == 1 ? "restores pictures at their size; name it with --then restore="
                : $"enlarges {upscaler.Scale} times; name it with --then upscale=")}{Model}.");
    }

    private static RefinementChoice Of(string stage, string? mask)
    {
        int equals = stage.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? stage : stage[..equals];
        string? model = equals < 0 ? null : stage[(equals + 1)..];
        if (!Enum.GetValues<RefinementKind>().Any(kind => Name(kind) == name) || model is "")
            throw new MezzotintException($"--then takes upscale, upscale=MODEL, restore, restore=MODEL or inpaint=MODEL, and not '{stage}'.");
        return Enum.Parse<RefinementKind>(name, ignoreCase: true) switch
        {
            RefinementKind.Upscale => new RefinementChoice(RefinementKind.Upscale, model ?? ModelChoice.Default, null),
            RefinementKind.Restore => new RefinementChoice(RefinementKind.Restore, model ?? ModelChoice.ForRestoring(null).Model, null),
            _ when model is not null || ModelLibrary.Names.Contains(Inpainter) => new RefinementChoice(RefinementKind.Inpaint, model ?? Inpainter, mask),
            _ => throw new MezzotintException(
                "No model that comes with this Mezzotint fills holes; train one with 'mezzo train inpaint', and name its run: --then inpaint=RUN."),
        };
    }

    private static Refinement Again(string file, RefinementNote note, RefinementChoice? instead, Device device)
    {
        string model = instead?.Model ?? note.Model
            ?? throw new MezzotintException($"'{file}' does not name the model of its stage {Name(note.Kind)}; name it with --then {Name(note.Kind)}=MODEL.");
        Refinement refinement = new RefinementChoice(note.Kind, model, instead?.Mask ?? note.Mask).Load(device);
        if (refinement.Note.Weights != note.Weights)
        {
            throw new MezzotintException($"'{file}' was made with other weights than those of '{model}' in its stage {Name(note.Kind)}; "
                + $"name the model that has them with --then {Name(note.Kind)}=MODEL.");
        }

        return refinement.Note.MaskPixels == note.MaskPixels
            ? refinement
            : throw new MezzotintException($"'{file}' was made with another mask than '{instead?.Mask ?? note.Mask}'; give that with --then and --mask.");
    }

    private static string Name(RefinementKind kind) => kind.ToString().ToLowerInvariant();
}
