using System.CommandLine;
using Mezzotint.Imaging;

namespace Mezzotint.Cli.Commands;

/// <summary>
/// What the verbs that make pictures of pictures have in common: where they come from, where they go, how they are computed and written.
/// </summary>
internal sealed class PictureOptions
{
    private readonly Option<bool> _verbose;

    private readonly Argument<string[]> _inputs = new Argument<string[]>("INPUT")
    {
        Description = "Pictures (PNG, JPEG, WebP, TIFF, HEIF, AVIF), folders of them, searched with their subfolders, "
            + "or patterns of either (*, ?, **).",
        Arity = ArgumentArity.OneOrMore,
    }.NoOption();

    private readonly Option<string?> _output;

    private readonly Option<string?> _model;

    private readonly Option<PictureFormat?> _format = new("--format")
    {
        Description = "The format of the outputs, where their names are not given: png, jpg, webp, tif, heic or avif. [default: png]",
        HelpName = "FORMAT",
        CustomParser = result =>
        {
            string name = result.Tokens[0].Value;
            if (PictureFormats.HasPictureExtension($"name.{name}")) return PictureFormats.FromPath($"name.{name}");
            result.AddError($"--format takes png, jpg, webp, tif, heic or avif, and not '{name}'.");
            return null;
        },
    };

    private readonly Option<int?> _quality = CommonOptions.Quality();

    private readonly Option<bool> _strip = new("--strip")
    {
        Description = "Leave out what pictures say of themselves: place, camera, time, texts. (Colour profiles stay; else metadata is kept.)",
    };

    private readonly Option<UpscaleOptions?> _tile = CommonOptions.Tile();

    private readonly Option<long?> _memory = CommonOptions.Memory(
        "What the program may take at the most, as 800M or 1.5G: tiles become small enough. [default: no bound]");

    private readonly Option<bool> _selfEnsemble = CommonOptions.SelfEnsemble();

    private readonly Option<bool> _force = new("--force") { Description = "Replace outputs that exist." };

    private readonly Option<bool> _skip = new("--skip-existing") { Description = "Pass over inputs whose outputs exist, to go on where it was left." };

    private readonly Option<bool> _json = CommonOptions.Json();

    private readonly Option<int?> _threads = CommonOptions.Threads();

    private readonly Option<string?> _device = DeviceChoice.Option();

    /// <summary>The options of one verb.</summary>
    /// <param name="model">Describes --model.</param>
    /// <param name="suffix">What is added to a picture's name beside it: "x4".</param>
    /// <param name="verbose">The program's --verbose.</param>
    public PictureOptions(string model, string suffix, Option<bool> verbose)
    {
        _verbose = verbose;
        _model = CommonOptions.Text("--model", "NAME|PATH", model);
        _output = new Option<string?>("--output", "-o")
        {
            Description = "A file, whose extension names the format; or a folder, which is made, and in which pictures keep their names. "
                + $"[default: beside the input, photo.jpg giving photo-{suffix}.png and the folder photos the folder photos-{suffix}]",
            HelpName = "OUT",
        };
    }

    /// <summary>A verb with these options, and its own behind --model.</summary>
    public Command AddTo(Command command, params Option[] own)
    {
        command.Arguments.Add(_inputs);
        foreach (Option option in (Option[])[_output, _model, .. own, _format, _quality, _strip, _selfEnsemble, _tile, _memory, _force, _skip, _json, _threads, _device])
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_force) && result.GetValue(_skip))
                result.AddError("--force replaces what --skip-existing passes over; leave out one of them.");
        });
        return command;
    }

    /// <summary>What a call asks for.</summary>
    /// <param name="parsed">The call.</param>
    /// <param name="size">How large outputs become; null where they are restored at their size.</param>
    public UpscaleRequest Request(ParseResult parsed, OutputSize? size) => new(
        parsed.GetRequiredValue(_inputs),
        parsed.GetValue(_output),
        parsed.GetValue(_model),
        size,
        parsed.GetValue(_format),
        parsed.GetValue(_quality),
        parsed.GetValue(_strip),
        (parsed.GetValue(_tile) ?? UpscaleOptions.Default) with { Memory = parsed.GetValue(_memory), SelfEnsemble = parsed.GetValue(_selfEnsemble) },
        parsed.GetValue(_force),
        parsed.GetValue(_skip),
        parsed.GetValue(_json),
        parsed.GetValue(_threads) ?? 0,
        parsed.GetValue(_device),
        parsed.GetValue(_verbose));
}
