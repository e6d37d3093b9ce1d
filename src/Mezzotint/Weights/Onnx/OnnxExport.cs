using Google.Protobuf;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Storage;
using Mezzotint.Tensors;

namespace Mezzotint.Weights.Onnx;

/// <summary>
/// Writes networks as ONNX files (onnx.ai), for other runtimes: straight from the graph of the network's inference. The model takes
/// <c>input</c> and
/// gives <c>output</c>; images are N,C,H,W there, as is customary, though N,H,W,C here.
/// </summary>
/// <remarks>
/// The graph is written at several sizes of the input, and what differs from one to another is expressed by the input's own extents, so
/// that batch,
/// height and width stay open where the network allows it. Where it does not (a size computed in a way that has no operator, another
/// structure at another
/// size), the axis is fixed to that of the example, and the summary says why. Open heights and widths are multiples of the least power of
/// two that
/// the network takes; a network may need images of some least size besides, here as there.
/// </remarks>
public static class OnnxExport
{
    /// <summary>The version of the ONNX operator set that files are written in.</summary>
    public const int Opset = 17;

    private const int LargestMultiple = 256;

    /// <summary>Writes a network that enlarges, whole or not at all.</summary>
    /// <param name="network">The network, trained.</param>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="metadata">What the file says of the model; the scale is added.</param>
    /// <exception cref="OnnxExportException">The network holds something that has no translation, or is larger than the format
    /// allows.</exception>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public static OnnxSummary Write(SuperResolver network, string path, OnnxMetadata metadata)
    {
        var properties = new Dictionary<string, string>(metadata.Properties) { ["scale"] = $"{network.Scale}" };
        metadata = metadata with
        {
            Description = metadata.Description
                ?? (network.Scale == 1 ? "Restores" : "Enlarges")
                    + (network.ImageChannels == 3 ? " RGB images" : $" images of {network.ImageChannels} channels")
                    + (network.Scale == 1 ? "" : $" {network.Scale} times, each way") + "; values are about 0 to 1 and not clamped.",
            Properties = properties,
        };
        return Write(input => network.Apply(input, Pass.Inference), [1, 64, 64, network.ImageChannels], path, metadata);
    }

    /// <summary>Writes a network that generates images, whole or not at all.</summary>
    /// <param name="generator">The network, trained. Its input is N rows of a latent vector and, where it has classes, 1 at the class and 0
    /// elsewhere.</param>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="metadata">What the file says of the model.</param>
    /// <exception cref="OnnxExportException">The network holds something that has no translation, or is larger than the format
    /// allows.</exception>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public static OnnxSummary Write(IImageGenerator generator, string path, OnnxMetadata metadata)
    {
        int latent = generator.Latent, classes = generator.Classes.Count;
        string rest = classes == 0 ? "" : $", followed by 1 at the class and 0 elsewhere ({string.Join(", ", generator.Classes)})";
        metadata = metadata with
        {
            Description = metadata.Description
                ?? $"Makes images of rows of {latent} normal numbers of mean 0 and variance 1{rest}; values are 0 to 1.",
        };
        return Write(
            input => classes == 0
                ? generator.Generate(input, null, Pass.Inference)
                : generator.Generate(input.Slice(1, 0, latent), input.Slice(1, latent, classes), Pass.Inference),
            [1, latent + classes], path, metadata);
    }

    /// <summary>Writes a network that translates pictures or label maps, whole or not at all, without its dropout.</summary>
    /// <param name="network"> The network, trained. Its input is what <see cref="ConditionDescription.FedChannels"/> says, pictures in 0 to
    /// 1, classes by number; behind it, where instances have styles, their elements at each pixel. Where AdaIN carries style, it is the
    /// mean one. A U-Net translates one picture, of the least size it takes (256 pixels a side as published), because its norms take that
    /// picture's statistics.
    /// </param>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="metadata">What the file says of the model.</param>
    /// <exception cref="OnnxExportException">The network holds something that has no translation, or is larger than the format
    /// allows.</exception>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public static OnnxSummary Write(TranslationNetwork network, string path, OnnxMetadata metadata)
    {
        TranslatorDescription description = network.Description;
        int fed = description.Condition.FedChannels, styles = description.Style == StyleKind.Instances ? description.StyleSize : 0;
        int side = Math.Max(network.Shortest, network.Multiple);
        metadata = metadata with
        {
            Description = metadata.Description
                ?? $"Translates {description.Given} to colour pictures of 0 to 1; sides are multiples of {network.Multiple}. The input's channels: {Channels()}.",
        };

        // A U-Net's batch norms take the statistics of the picture that is translated: of one, and of its size.
        DynamicAxes open = description.Generator == TranslationGenerator.Unet ? DynamicAxes.None : DynamicAxes.All;
        return Write(TranslationOf(network), [1, side, side, fed + styles], path, metadata, open);

        string Channels() => (description.Condition.Kind switch
        {
            ConditionKind.Labels when description.Condition.Instances => "the class by number, 1 where an instance has its boundary",
            ConditionKind.Labels => "the class by number",
            ConditionKind.Masked => "a picture's three, 1 where it is missing",
            _ => "a picture's three",
        }) + (styles == 0 ? "" : $", {styles} of the style of the instance");
    }

    /// <summary>A translation as the file has it: pictures in 0 to 1.</summary>
    internal static Func<Tensor, Tensor> TranslationOf(TranslationNetwork network)
    {
        TranslationNetwork still = network.WithoutDropout();
        TranslatorDescription description = network.Description;
        int channels = description.Condition.FedChannels;
        return input =>
        {
            Tensor given = input.Slice(3, 0, channels);
            if (description.Condition.Kind == ConditionKind.Masked)
            {
                Tensor mask = given.Slice(3, 3, 1), picture = given.Slice(3, 0, 3) * 2 - 1;
                given = Tensor.Concat(3, Tensor.Select(mask.BroadcastTo(picture.Shape), Tensor.Full(picture.Shape, 0), picture), mask);
            }
            else if (description.Condition.Kind != ConditionKind.Labels)
            {
                given = given * 2 - 1;
            }

            Pass pass = still.InUse();
            Tensor? style = description.Style switch
            {
                StyleKind.Instances => input.Slice(3, channels, description.StyleSize),
                StyleKind.Adain => pass.Read(still.MeanStyle!).BroadcastTo([input.Shape[0], description.StyleSize]),
                _ => null,
            };
            return still.Translate(given, style, pass) * 0.5f + 0.5f;
        };
    }

    /// <summary>
    /// Writes a model's file as ONNX, with all that the file says of it and the terms that its card names, whole or not at all.
    /// </summary>
    /// <param name="model">A file that <see cref="ModelFile"/> reads.</param>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="part">Which part of others' weights, where a file holds several networks: see <see cref="WeightsFile.Read"/>.</param>
    /// <exception cref="WeightsException">The model's file is no good.</exception>
    /// <exception cref="OnnxExportException">The network holds something that has no translation, or is larger than the format
    /// allows.</exception>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public static OnnxSummary Convert(string model, string path, string name, string? part = null)
    {
        IReadOnlyDictionary<string, string> about = WeightsFile.IsPyTorch(model) ? new Dictionary<string, string>() : Safetensors.ReadMetadata(model);
        var metadata = new OnnxMetadata(name) { Licence = ModelCard.Licence(model), Properties = about };
        return ModelFile.Read(model, part) switch
        {
            SuperResolver network => Write(network, path, metadata),
            IImageGenerator generator => Write(generator, path, metadata),
            TranslationNetwork network => Write(network, path, metadata),
            _ => throw new OnnxExportException(
                $"The model '{model}' neither enlarges nor generates nor translates pictures, and only such models are exported."),
        };
    }

    /// <summary>Writes any function of a tensor, whole or not at all.</summary>
    /// <param name="network">The function, as it is in inference.</param>
    /// <param name="example">A size that it takes: N,H,W,C of images, or N,K of anything else.</param>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="metadata">What the file says of the model.</param>
    /// <param name="dynamic">Which axes to leave open; of anything but images only the batch can be.</param>
    /// <exception cref="OnnxExportException">The function holds something that has no translation, or is larger than the format
    /// allows.</exception>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public static OnnxSummary Write(
        Func<Tensor, Tensor> network, Shape example, string path, OnnxMetadata metadata, DynamicAxes dynamic = DynamicAxes.All)
    {
        if (example.Rank != 4) dynamic &= DynamicAxes.Batch;
        (Trace trace, Translation translation, OnnxSummary summary) = Translate(network, example, dynamic, metadata.Name);
        ProtoMessage model = ModelDocument.Of(trace, translation, summary, metadata);
        if (model.Size() > int.MaxValue)
            throw new OnnxExportException(
                $"The network '{metadata.Name}' has more weights than the 2 GB that an ONNX file can hold; export a smaller one.");
        AtomicFile.Write(path, stream =>
        {
            using var output = new CodedOutputStream(stream, leaveOpen: true);
            model.WriteTo(output);
        });
        return summary;
    }

    /// <summary>Finds the most axes that can be open, and the least multiple for which they can.</summary>
    private static (Trace Trace, Translation Translation, OnnxSummary Summary) Translate(
        Func<Tensor, Tensor> network, Shape example, DynamicAxes wanted, string name)
    {
        if (Attempt(network, example, wanted, out Refusal? reason) is { } whole)
            return (whole.Trace, whole.Translation, Summary(wanted, whole.Multiple, null));
        DynamicAxes open = DynamicAxes.None;
        foreach (DynamicAxes axis in new[] { DynamicAxes.Batch, DynamicAxes.Height, DynamicAxes.Width })
            if (wanted.HasFlag(axis) && Attempt(network, example, open | axis, out _) is not null) open |= axis;
        if (Attempt(network, example, open, out Refusal? refusal) is not { } partial)
            throw new OnnxExportException($"The network '{name}' cannot be written as ONNX: {refusal!.Message}.", refusal);
        string because = $"The example's {ModelDocument.Names(wanted & ~open)} alone will do: {reason!.Message}.";
        return (partial.Trace, partial.Translation, Summary(open, partial.Multiple, because));
    }

    private static OnnxSummary Summary(DynamicAxes open, int multiple, string? fixedBecause) => new(Opset, open, multiple, fixedBecause);

    private static (Trace Trace, Translation Translation, int Multiple)? Attempt(
        Func<Tensor, Tensor> network, Shape example, DynamicAxes open, out Refusal? reason)
    {
        reason = null;
        bool resizes = (open & (DynamicAxes.Height | DynamicAxes.Width)) != 0;
        for (int multiple = 1; multiple <= (resizes ? LargestMultiple : 1); multiple *= 2)
        {
            if (Axes(open).Any(axis => axis > 0 && example[axis] % multiple != 0)) break;
            try
            {
                var trace = Trace.Of(network, Sizes(example, open, multiple));
                return (trace, Translation.Of(trace), multiple);
            }
            catch (Refusal refusal)
            {
                reason ??= refusal;
            }
        }

        return null;
    }

    /// <summary>
    /// The sizes to trace at: each open axis alone twice, and all together and much larger, by such amounts that no two axes agree
    /// throughout.
    /// </summary>
    private static List<Shape> Sizes(Shape example, DynamicAxes open, int multiple)
    {
        // With one image, axes of extent 1 would hide what is repeated along them.
        Shape first = open.HasFlag(DynamicAxes.Batch) ? example.With(0, 2) : example;
        (int Axis, int Unit)[] axes = [.. Axes(open).Select(axis => (axis, axis == 0 ? 1 : multiple))];
        var sizes = new List<Shape> { first };
        Shape all = first;
        foreach ((int axis, int unit) in axes)
        {
            sizes.Add(first.With(axis, first[axis] + unit));
            sizes.Add(first.With(axis, first[axis] + (2 + axis) * unit));
            all = all.With(axis, (axis + 1) * first[axis] + (3 + 2 * axis) * unit);
        }

        if (axes.Length > 1) sizes.Add(all);
        return sizes;
    }

    private static IEnumerable<int> Axes(DynamicAxes open) => Enumerable.Range(0, 3).Where(axis => open.HasFlag((DynamicAxes)(1 << axis)));
}
