using System.Text;
using Google.Protobuf;

namespace Mezzotint.Tests.Onnx;

internal sealed record FileNode(string Type, string Name, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs);

internal sealed record FileTensor(string Name, IReadOnlyList<long> Extents, int Type, int Bytes);

internal sealed record FileValue(string Name, IReadOnlyList<string> Extents, string Description);

/// <summary>An ONNX file as a reader that knows nothing of the writer finds it: fields by their numbers in onnx.proto.</summary>
internal sealed record OnnxFile(
    long IrVersion, long Opset, string Producer, string ProducerVersion, string Description,
    IReadOnlyDictionary<string, string> Properties, string GraphName, IReadOnlyList<FileNode> Nodes,
    IReadOnlyList<FileTensor> Initializers, FileValue Input, FileValue Output)
{
    public static OnnxFile Read(string path)
    {
        ILookup<int, object> model = Fields(File.ReadAllBytes(path));
        ILookup<int, object> opset = Fields(model[8].Single()), graph = Fields(model[7].Single());
        return new OnnxFile(
            (long)model[1].Single(), (long)opset[2].Single(), Text(model[2]), Text(model[3]), Text(model[6]),
            model[14].Select(Fields).ToDictionary(property => Text(property[1]), property => Text(property[2])),
            Text(graph[2]),
            [.. graph[1].Select(Fields).Select(node => new FileNode(Text(node[4]), Text(node[3]), Texts(node[1]), Texts(node[2])))],
            [.. graph[5].Select(Fields).Select(tensor => new FileTensor(
                Text(tensor[8]), [.. tensor[1].Cast<long>()], (int)(long)tensor[2].Single(), ((byte[])tensor[9].Single()).Length))],
            Value(Fields(graph[11].Single())), Value(Fields(graph[12].Single())));
    }

    private static FileValue Value(ILookup<int, object> value)
    {
        ILookup<int, object> tensor = Fields(Fields(value[2].Single())[1].Single());
        IEnumerable<ILookup<int, object>> extents = Fields(tensor[2].Single())[1].Select(Fields);
        string[] shape = [.. extents.Select(extent => extent[1].Any() ? $"{extent[1].Single()}" : Text(extent[2]))];
        return new FileValue(Text(value[1]), shape, Text(value[3]));
    }

    private static ILookup<int, object> Fields(object message)
    {
        var fields = new List<(int Number, object Value)>();
        var input = new CodedInputStream((byte[])message);
        while (input.ReadTag() is var tag and not 0)
        {
            object value = WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadInt64(),
                WireFormat.WireType.Fixed32 => input.ReadFloat(),
                WireFormat.WireType.LengthDelimited => input.ReadBytes().ToByteArray(),
                var other => throw new InvalidDataException($"a field of type {other}"),
            };
            fields.Add((WireFormat.GetTagFieldNumber(tag), value));
        }

        return fields.ToLookup(field => field.Number, field => field.Value);
    }

    private static string Text(IEnumerable<object> field) => Texts(field).SingleOrDefault("");

    private static string[] Texts(IEnumerable<object> field) => [.. field.Select(bytes => Encoding.UTF8.GetString((byte[])bytes))];
}
