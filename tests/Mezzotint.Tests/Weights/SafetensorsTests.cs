using System.Buffers.Binary;
using System.Text;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Weights;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back_to_the_bit()
    {
        NamedArray[] arrays =
        [
            new("body.0.weight", [2, 3], [1, -0f, float.NaN, float.PositiveInfinity, float.Epsilon, 0.1f]),
            new("scalar", [], [42]),
            new("nothing", [0, 7], []),
            new("名", [40_000], [.. Enumerable.Range(0, 40_000).Select(i => i / 7f)]),
        ];
        Safetensors.Write(_folder["w"], arrays, new Dictionary<string, string> { ["b"] = "\"quoted\"\n", ["a"] = "é" });
        var file = Safetensors.Read(_folder["w"]);
        Assert.Equal(arrays.Select(a => a.Name), file.Arrays.Select(a => a.Name));
        foreach (var (written, read) in arrays.Zip(file.Arrays))
        {
            Assert.Equal(written.Shape, read.Shape);
            Assert.Equal(written.Data.Select(BitConverter.SingleToInt32Bits), read.Data.Select(BitConverter.SingleToInt32Bits));
        }
        Assert.Equal("\"quoted\"\n", file.Metadata["b"]);
        Assert.Equal("é", Safetensors.ReadMetadata(_folder["w"])["a"]);
    }

    [Fact]
    public void The_layout_is_the_formats_own()
    {
        Safetensors.Write(_folder["w"], [new("x", [2], [1, 2])]);
        byte[] bytes = File.ReadAllBytes(_folder["w"]);
        long header = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, header % 8);
        Assert.Equal("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
            Encoding.UTF8.GetString(bytes, 8, (int)header).TrimEnd());
        Assert.Equal(new byte[] { 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40 }, bytes[(8 + (int)header)..]);
    }

    [Theory]
    [InlineData("F16", "003c00c0", new float[] { 1, -2 })]
    [InlineData("BF16", "803f00c0", new float[] { 1, -2 })]
    [InlineData("F64", "000000000000f03f", new float[] { 1 })]
    [InlineData("I64", "feffffffffffffff", new float[] { -2 })]
    [InlineData("I32", "feffffff", new float[] { -2 })]
    [InlineData("I16", "feff", new float[] { -2 })]
    [InlineData("I8", "fe", new float[] { -2 })]
    [InlineData("U8", "00feff", new float[] { 0, 254, 255 })]
    [InlineData("BOOL", "0001", new float[] { 0, 1 })]
    public void Other_number_formats_become_floats(string format, string hex, float[] expected)
    {
        byte[] data = Convert.FromHexString(hex);
        Craft($$$"""{"x":{"dtype":"{{{format}}}","shape":[{{{expected.Length}}}],"data_offsets":[0,{{{data.Length}}}]}}""", data);
        Assert.Equal(expected, Safetensors.Read(_folder["w"]).Arrays[0].Data);
    }

    [Theory]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "needs 8 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "hole of 4 bytes before 'x'")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "overlaps")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "4 bytes follow")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "cut short")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "names a key twice")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}""", 4, "names a key twice")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0078":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "names a key twice")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,4]}}""", 4, "more elements")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "not a whole number")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "not a whole number")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4294967297],"data_offsets":[0,4]}}""", 4, "not a whole number")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "not a beginning and an end")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "not a whole number")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,18446744073709551615]}}""", 4, "not a whole number")]
    [InlineData("""{"x":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""", 4, "type F8_E4M3")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1]}}""", 4, "lacks")]
    [InlineData("""{"x":3}""", 0, "lacks")]
    [InlineData("""{"":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "no name")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "not a text")]
    [InlineData("""{"__metadata__":[]}""", 0, "not a table")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "")]
    [InlineData("[]", 0, "not a JSON object")]
    [InlineData("{", 0, "not valid JSON")]
    [InlineData("", 0, "not valid JSON")]
    [InlineData("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", 0, "not valid JSON")]
    public void A_header_that_contradicts_itself_or_the_file_is_refused_with_the_reason(string header, int dataBytes, string reason)
    {
        Craft(header, new byte[dataBytes]);
        var fault = Assert.Throws<WeightsException>(() => Safetensors.Read(_folder["w"]));
        Assert.Contains(reason, fault.Message);
        Assert.Contains(_folder["w"], fault.Message);
    }

    [Fact]
    public void An_array_of_nothing_may_have_extents_whose_product_no_number_holds()
    {
        Craft("""{"x":{"dtype":"F32","shape":[2147483647,2147483647,2147483647,0],"data_offsets":[0,0]}}""", []);
        NamedArray array = Assert.Single(Safetensors.Read(_folder["w"]).Arrays);
        Assert.Equal([int.MaxValue, int.MaxValue, int.MaxValue, 0], array.Shape);
        Assert.Empty(array.Data);
        Assert.Throws<ArgumentException>(() => new NamedArray("x", [int.MaxValue, int.MaxValue, int.MaxValue], []));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00000000")]
    [InlineData("0100000000000000")]
    [InlineData("ffffffffffffffff7b7d")]
    [InlineData("ffffffffffffff7f7b7d")]
    [InlineData("00e1f5050000000020")]
    [InlineData("01e1f5050000000020")]
    public void A_false_header_length_is_refused_before_anything_is_allocated(string hex)
    {
        File.WriteAllBytes(_folder["w"], Convert.FromHexString(hex));
        Assert.Throws<WeightsException>(() => Safetensors.Read(_folder["w"]));
    }

    [Fact]
    public void Every_truncation_and_every_flipped_bit_of_a_header_is_refused_or_read_but_never_breaks()
    {
        Safetensors.Write(_folder["good"], [new("a", [2, 2], [1, 2, 3, 4]), new("b", [3], [5, 6, 7])], new Dictionary<string,
            string>
        { ["k"] = "v" });
        byte[] good = File.ReadAllBytes(_folder["good"]);
        for (int length = 0; length < good.Length; length++)
        {
            File.WriteAllBytes(_folder["w"], good[..length]);
            Assert.Throws<WeightsException>(() => Safetensors.Read(_folder["w"]));
        }
        for (int bit = 0; bit < (good.Length - 28) * 8; bit += 3)
        {
            byte[] bad = (byte[])good.Clone();
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(_folder["w"], bad);
            _ = Record.Exception(() => Safetensors.Read(_folder["w"])) is null or WeightsException ? 0
                : throw new InvalidOperationException($"bit {bit}");
        }
    }

    [Fact]
    public void Two_arrays_of_one_name_are_not_written() =>
        Assert.Throws<ArgumentException>(() => Safetensors.Write(_folder["w"], [new("a", [], [1]), new("a", [], [2])]));

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Equal($"There is no weights file '{_folder["w"]}'.",
            Assert.Throws<WeightsException>(() => Safetensors.Read(_folder["w"])).Message);

    [Fact]
    public void Files_of_other_writers_are_read()
    {
        var file = Safetensors.Read(SharedData.Path("weights/mnist-cnn.safetensors"));
        Assert.NotEmpty(file.Arrays);
        Assert.All(file.Arrays, array => Assert.All(array.Data, value => Assert.True(float.IsFinite(value))));
    }

    private void Craft(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        File.WriteAllBytes(_folder["w"], [.. length, .. json, .. data]);
    }
}
