using System.CommandLine;
using System.Globalization;
using Mezzotint.Storage;
using Mezzotint.Weights;

namespace Mezzotint.Cli.Commands;

/// <summary><c>mezzo blend</c>: a model between two.</summary>
internal static class BlendCommand
{
    private const string Ending = ".safetensors", CardEnding = ".md";
    private const double LeastLikeness = 0.5; // below it two models were hardly trained one from the other

    public static Command Create(Session session)
    {
        var from = new Argument<string>("MODEL") { Description = "A model of 'mezzo models', a model's file, or a run's folder." };
        var to = new Argument<string>("OTHER") { Description = "Another of the same network; best one that began its training with the first, or the other way round." };
        var share = CommonOptions.Share("--share", "How far from MODEL to OTHER, from 0 to 1. [default: 0.5]", otherwise: 0.5);
        var output = new Option<string>("--output", "-o")
        {
            Description = "The file, ending in .safetensors; its card, in Markdown, is written beside it.",
            HelpName = "OUT",
            Required = true,
        };
        var force = new Option<bool>("--force") { Description = "Replace the files if they exist." };
        var json = CommonOptions.Json();
        var command = new Command("blend", "Make a model between two of the same network, as between one that is exact and one that draws texture.")
        {
            from.NoOption(), to.NoOption(), share, output, force, json,
        };
        command.SetAction(parsed => Run(
            session, parsed.GetRequiredValue(from), parsed.GetRequiredValue(to), parsed.GetValue(share), parsed.GetRequiredValue(output), parsed.GetValue(force),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(Session session, string from, string to, double share, string output, bool force, bool json)
    {
        if (!output.EndsWith(Ending, StringComparison.OrdinalIgnoreCase))
            throw new MezzotintException($"'{output}' does not end in {Ending}, as models do; name such a file with -o, and 'mezzo export' makes others of it.");
        string card = Path.ChangeExtension(output, CardEnding);
        foreach (string path in new[] { output, card })
            if (!force && File.Exists(path)) throw new MezzotintException($"'{path}' exists already; add --force to replace it.");
        ModelBlend blend = ModelBlend.Of(ModelLibrary.Find(from), ModelLibrary.Find(to), share);
        if (blend.Likeness < LeastLikeness)
        {
            session.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"The cosine of the two models' weights is {blend.Likeness:0.00}: neither seems to have begun with the other, and what lies between may be no good."));
        }

        blend.Write(output);
        AtomicFile.WriteText(card, blend.Card(output));
        if (json) Json.Write(session.Output, new BlendDocument(output, card, share, blend.Likeness));
        else session.Output.WriteLine(output);
        return ExitCode.Done;
    }
}
