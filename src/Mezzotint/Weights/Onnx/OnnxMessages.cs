using Mezzotint.Storage;

namespace Mezzotint.Weights.Onnx;

/// <summary>The messages of ONNX (onnx.proto, IR version 8) that a model of ours needs, each with its fields' numbers.</summary>
internal static class OnnxMessages
{
    private const int FloatAttribute = 1, IntAttribute = 2, StringAttribute = 3, IntsAttribute = 7;

    /// <summary>ModelProto.</summary>
    public static ProtoMessage Model(
        int irVersion, int opset, string producer, string producerVersion, string description, ProtoMessage graph,
        IEnumerable<KeyValuePair<string, string>> properties) =>
        new ProtoMessage()
            .Add(1, irVersion)
            .Add(2, producer)
            .Add(3, producerVersion)
            .Add(6, description)
            .Add(7, graph)
            .Add(8, new ProtoMessage().Add(1, "").Add(2, opset))
            .Add(14, properties.Select(property => new ProtoMessage().Add(1, property.Key).Add(2, property.Value)));

    /// <summary>GraphProto.</summary>
    public static ProtoMessage Graph(
        string name, IEnumerable<ProtoMessage> nodes, IEnumerable<ProtoMessage> initializers, ProtoMessage input, ProtoMessage output) =>
        new ProtoMessage().Add(1, nodes).Add(2, name).Add(5, initializers).Add(11, input).Add(12, output);

    /// <summary>NodeProto; an input that is left out has an empty name.</summary>
    public static ProtoMessage Node(
        string type, string name, IEnumerable<string> inputs, string output, IEnumerable<OnnxAttribute> attributes)
    {
        var node = new ProtoMessage();
        foreach (string input in inputs) node.Add(1, input);
        return node.Add(2, output).Add(3, name).Add(4, type).Add(5, attributes.Select(Attribute));
    }

    /// <summary>TensorProto, its numbers in little-endian order.</summary>
    public static ProtoMessage Tensor(string name, OnnxType type, IEnumerable<long> extents, ReadOnlyMemory<byte> numbers) =>
        new ProtoMessage().Add(1, extents).Add(2, (long)type).Add(8, name).Add(9, numbers);

    /// <summary>ValueInfoProto of a tensor; an extent is a number, or a name where it is open.</summary>
    public static ProtoMessage ValueInfo(string name, OnnxType type, IEnumerable<(long? Extent, string? Name)> extents, string description)
    {
        var shape = new ProtoMessage().Add(1, extents.Select(extent =>
            extent.Extent is { } number ? new ProtoMessage().Add(1, number) : new ProtoMessage().Add(2, extent.Name)));
        ProtoMessage tensor = new ProtoMessage().Add(1, (long)type).Add(2, shape);
        return new ProtoMessage().Add(1, name).Add(2, new ProtoMessage().Add(1, tensor)).Add(3, description);
    }

    private static ProtoMessage Attribute(OnnxAttribute attribute)
    {
        ProtoMessage message = new ProtoMessage().Add(1, attribute.Name);
        return attribute.Value switch
        {
            float real => message.Add(2, real).Add(20, FloatAttribute),
            long integer => message.Add(3, integer).Add(20, IntAttribute),
            string text => message.Add(4, text).Add(20, StringAttribute),
            long[] integers => message.Add(8, integers).Add(20, IntsAttribute),
            _ => throw new InvalidOperationException($"The attribute '{attribute.Name}' holds a {attribute.Value.GetType()}."),
        };
    }
}
