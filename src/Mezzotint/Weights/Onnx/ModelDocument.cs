using Mezzotint.Storage;

namespace Mezzotint.Weights.Onnx;

/// <summary>A translated network as a ModelProto: named, described, and its numbers filled in.</summary>
internal static class ModelDocument
{
    private const int IrVersion = 8;
    private const string ImagesDescription = "Images are N,C,H,W, single precision.";

    /// <summary>The model as its file holds it.</summary>
    public static ProtoMessage Of(Trace trace, Translation translation, OnnxSummary summary, OnnxMetadata metadata)
    {
        Dictionary<string, string> properties = new(metadata.Properties)
        {
            ["name"] = metadata.Name,
            ["dynamic_axes"] = Names(summary.Dynamic),
            ["size_multiple"] = $"{summary.Multiple}",
        };
        if (metadata.Licence is not null) properties["licence"] = metadata.Licence;
        bool takesImages = translation.Input.Axes.Length == 4;
        string?[] sentences =
        [
            metadata.Description,
            takesImages || translation.Output.Axes.Length == 4 ? ImagesDescription : null,
            summary.Multiple > 1 ? $"Height and width are multiples of {summary.Multiple}." : null,
            metadata.Licence is null ? null : $"Licence: {metadata.Licence}.",
        ];
        string version = typeof(OnnxExport).Assembly.GetName().Version!.ToString(3);
        return OnnxMessages.Model(
            IrVersion, OnnxExport.Opset, "Mezzotint", version, string.Join(' ', sentences.OfType<string>()),
            Graph(trace, translation, metadata.Name),
            properties.OrderBy(property => property.Key, StringComparer.Ordinal));
    }

    /// <summary>Axes as people and other programs read them.</summary>
    public static string Names(DynamicAxes axes) => $"{axes}".ToLowerInvariant().Replace(", ", " and ", StringComparison.Ordinal);

    private static ProtoMessage Graph(Trace trace, Translation translation, string name)
    {
        (List<OnnxNode> nodes, List<OnnxInitializer> initializers) = translation.Graph.Needed(translation.Output.Id);
        if (nodes.Count == 0 || nodes[^1].Output != translation.Output.Id)
        {
            // The output is the input or a constant, and must have a name of its own.
            throw new OnnxExportException($"The network '{name}' computes nothing that could be written as ONNX.");
        }

        var constants = new Constants(trace.Nodes, initializers.Select(initializer => initializer.Source).OfType<int>());
        Dictionary<int, string> names = Named(translation, nodes, initializers);
        return OnnxMessages.Graph(
            name,
            nodes.Select(node => OnnxMessages.Node(
                node.Type, names[node.Output], node.Inputs.Select(input => names[input]), names[node.Output], node.Attributes)),
            initializers.Select(initializer => OnnxMessages.Tensor(
                names[initializer.Id], initializer.Type, initializer.Extents,
                initializer.Source is { } source ? constants.Of(source, initializer.Order) : initializer.Bytes)),
            Described(translation, translation.Input, "input"),
            Described(translation, translation.Output, "output"));
    }

    private static Dictionary<int, string> Named(Translation translation, List<OnnxNode> nodes, List<OnnxInitializer> initializers)
    {
        var names = new Dictionary<int, string>
        {
            [GraphBuilder.Absent] = "",
            [translation.Input.Id] = "input",
            [translation.Output.Id] = "output",
        };
        var taken = new HashSet<string>(names.Values, StringComparer.Ordinal);
        foreach (OnnxInitializer initializer in initializers) Give(initializer.Id, initializer.Name);
        foreach (OnnxNode node in nodes) Give(node.Output, node.Scope is null ? node.Type : $"{node.Scope}.{node.Type}");
        return names;

        void Give(int id, string wanted)
        {
            if (names.ContainsKey(id)) return;
            string name = wanted;
            for (int number = 2; !taken.Add(name); number++) name = $"{wanted}.{number}";
            names[id] = name;
        }
    }

    private static ProtoMessage Described(Translation translation, Value value, string name)
    {
        string[] axes = ["batch", "height", "width"];
        Value input = translation.Input;
        bool isImage = value.Axes.Length == 4;
        return OnnxMessages.ValueInfo(name, OnnxType.Float, value.Extents.Select(Extent), isImage ? ImagesDescription : "");

        (long?, string?) Extent(Extent extent, int place)
        {
            if (extent.IsFixed) return (extent.Value, null);
            for (int i = 0; i < input.Axes.Length; i++)
            {
                if (input.Extents[i].IsFixed || extent.Over(input.Extents[i]) is not var (numerator, denominator)) continue;
                string axis = axes[input.Axes[i]];
                return (null, (numerator, denominator) switch
                {
                    (1, 1) => axis,
                    (_, 1) => $"{numerator}*{axis}",
                    (1, _) => $"{axis}/{denominator}",
                    _ => $"{numerator}*{axis}/{denominator}",
                });
            }

            return (null, $"{name}_{(isImage ? axes[value.Axes[place]] : $"{place}")}");
        }
    }
}
