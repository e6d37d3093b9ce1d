using System.Buffers.Binary;
using System.Text;
using Mezzotint.Networks;
using Mezzotint.Tensors;
using Mezzotint.Tests.Weights;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Hostile;

/// <summary>Files of weights that lie, each for one lie; what the fuzzer found is among them.</summary>
public sealed class HostileWeightsTests
{
    [Fact]
    public void A_model_with_numbers_that_are_not_finite_is_refused_by_the_variables_name()
    {
        using var folder = new TemporaryFolder();
        var description = new CompactResNetDescription(2, 4, 1);
        Variable[] variables = [.. description.Build().Variables];
        float[] broken = variables[0].ToArray();
        broken[^1] = float.NaN;
        variables[0].Set(broken);
        string path = folder["nan.safetensors"];
        ModelFile.Write(path, description, variables.Select(variable => KeyValuePair.Create(variable.Name, variable)), new Dictionary<string, string>());
        var fault = Assert.Throws<WeightsException>(() => ModelFile.Read(path));
        Assert.Contains($"'{variables[0].Name}' that are not finite", fault.Message, StringComparison.Ordinal);
        Assert.Equal(1, WeightsInspection.Of(path).NotFinite);
    }

    [Theory]
    [InlineData("""{"kind":"compact","scale":2,"channels":1024,"blocks":200}""")]
    [InlineData("""{"kind":"dense-generator","size":4096,"imageChannels":3,"latent":16777216,"classes":[],"widths":[65536,65536]}""")]
    [InlineData("""{"kind":"dcgan","size":64,"imageChannels":3,"latent":100,"classes":[],"channels":4096,"mostChannels":65536}""")]
    public void A_description_of_gigabytes_in_a_small_file_takes_no_gigabytes(string network)
    {
        using var folder = new TemporaryFolder();
        string path = folder["large.safetensors"];
        Safetensors.Write(path, [new NamedArray("a", [1], [1])], new Dictionary<string, string> { ["mezzotint.network"] = network });
        long before = GC.GetAllocatedBytesForCurrentThread();
        var fault = Assert.Throws<WeightsException>(() => ModelFile.Read(path));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 << 20, "it took much memory");
        Assert.StartsWith($"'{path}' describes a network that cannot be", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"kind":"dcgan","size":8,"imageChannels":1,"latent":2,"classes":null,"channels":1,"mostChannels":2}""")]
    [InlineData("""{"kind":"dense-generator","size":4,"imageChannels":1,"latent":2,"classes":[]}""")]
    public void A_description_that_leaves_out_what_it_must_say_is_refused(string network)
    {
        using var folder = new TemporaryFolder();
        string path = folder["less.safetensors"];
        Safetensors.Write(path, [new NamedArray("a", [1], [1])], new Dictionary<string, string> { ["mezzotint.network"] = network });
        Assert.Contains("what this version cannot read", Assert.Throws<WeightsException>(() => ModelFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kind_that_is_no_text_is_none()
    {
        using var folder = new TemporaryFolder();
        string path = folder["half.safetensors"];
        Safetensors.Write(path, [new NamedArray("a", [1], [1])], new Dictionary<string, string> { ["mezzotint.network"] = """{"kind":"\ud800"}""" });
        Assert.Contains("does not say of which network", Assert.Throws<WeightsException>(() => ModelFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1,4],"data_offsets":[0,16]}}""", "an extent that is not a whole number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[-16,0]}}""", "a data offset that is not a whole number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[3],"data_offsets":[4,16]}}""", "'b' overlaps the array before it")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,4],"data_offsets":[0,16]}}""", "more elements than an array can hold")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1000000],"data_offsets":[0,4000000]}}""", "the file is cut short")]
    public void Sizes_and_places_that_lie_are_named(string header, string fault)
    {
        using var folder = new TemporaryFolder();
        byte[] json = Encoding.UTF8.GetBytes(header), length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        string path = folder["lies.safetensors"];
        File.WriteAllBytes(path, [.. length, .. json, .. new byte[16]]);
        Assert.Contains(fault, Assert.Throws<WeightsException>(() => Safetensors.Read(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\..\\outside")]
    public void Names_that_look_like_paths_are_names(string name)
    {
        using var folder = new TemporaryFolder();
        string path = folder["names.pth"];
        byte[] pickle = Pickle.Of(p => p.Dictionary((name, v => v.Tensor(name, 1, [1]))));
        File.WriteAllBytes(path, PyTorchBytes.Zip(pickle, (name, PyTorchBytes.Floats(7))));
        NamedArray array = Assert.Single(PyTorchFile.Read(path).Arrays);
        Assert.Equal((name, 7f), (array.Name, array.Data[0]));
        Assert.Equal([path], Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void A_name_steers_no_terminal_through_a_message_and_fills_no_screen()
    {
        using var folder = new TemporaryFolder();
        string path = folder["steers.pth"];
        File.WriteAllBytes(path, PyTorchBytes.Zip(Pickle.Of(p => p.Global("os\u001b[2J", "system" + new string('x', 900)).Code(")R"))));
        string message = Assert.Throws<WeightsException>(() => PyTorchFile.Read(path)).Message;
        Assert.DoesNotContain(message, char.IsControl);
        Assert.True(message.Length < 2_100);
    }

    [Fact]
    public void What_is_of_no_known_network_is_told_from_the_nearest()
    {
        using var folder = new TemporaryFolder();
        string path = folder["near.safetensors"];
        Safetensors.Write(path, [.. Enumerable.Range(1, 60).Select(i => new NamedArray($"body.{i}.weight", [4], new float[4])), new NamedArray("extra.weight", [1], [0])]);
        string remark = WeightsInspection.Of(path).Remark!;
        Assert.Contains("nearest to", remark, StringComparison.Ordinal);
        Assert.Contains("missing are body.0.weight", remark, StringComparison.Ordinal);
        Assert.Contains("left over are extra.weight", remark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(16)]
    public void One_tensor_by_thousands_of_long_names_takes_no_hundreds_of_megabytes(int doublings)
    {
        using var folder = new TemporaryFolder();
        string path = folder["names.pth"];
        File.WriteAllBytes(path, PyTorchBytes.Zip(
            Pickle.Of(p =>
            {
                p.Dictionary(("x", v => v.Tensor("0", 1, [1])));
                for (int i = 0; i < doublings; i++) p.Code("2\u0086");
                for (int i = 0; i < 75; i++) p.Code("\u0085");
            }),
            ("0", new byte[4])));
        long before = GC.GetAllocatedBytesForCurrentThread();
        var fault = Record.Exception(() => PyTorchFile.Read(path));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 << 20, "it took much memory");
        if (fault is not null) Assert.Contains("too many", Assert.IsType<WeightsException>(fault).Message, StringComparison.Ordinal);
        else Assert.True(doublings < 16, "all names of a tensor that has 65,536 were found");
    }
}
