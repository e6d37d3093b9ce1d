using System.IO.Compression;
using Mezzotint.Tests.Networks;
using Mezzotint.Weights;

namespace Mezzotint.Tests.Weights;

public sealed class PyTorchFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_state_dictionary_of_either_form_is_read_in_its_order()
    {
        byte[] State(bool legacy) => Pickle.Of(p => p.Dictionary(
            ("b.weight", v => v.Tensor("1", 6, [2, 3], legacy: legacy)), ("a.bias", v => v.Tensor("0", 2, [2], legacy: legacy))));
        byte[] zip = PyTorchBytes.Zip(State(false), ("0", PyTorchBytes.Floats(7, 8)), ("1", PyTorchBytes.Floats(1, 2, 3, 4, 5, 6)));
        byte[] old = PyTorchBytes.Legacy(State(true), ("1", 6, PyTorchBytes.Floats(1, 2, 3, 4, 5, 6)), ("0", 2, PyTorchBytes.Floats(7, 8)));
        foreach (byte[] bytes in new[] { zip, old })
        {
            PyTorchFile file = Read(bytes);
            Assert.Equal(["b.weight", "a.bias"], file.Arrays.Select(array => array.Name));
            Assert.Equal([2, 3], file.Arrays[0].Shape);
            Assert.Equal([1, 2, 3, 4, 5, 6], file.Arrays[0].Data);
            Assert.Equal([7, 8], file.Arrays[1].Data);
            Assert.Equal("F32", file.Formats["a.bias"]);
            Assert.Equal(new PyTorchPart("", 2, 8), file.Part);
        }
    }

    [Theory]
    [InlineData("HalfStorage", "003c00c0", new float[] { 1, -2 })]
    [InlineData("BFloat16Storage", "803f00c0", new float[] { 1, -2 })]
    [InlineData("DoubleStorage", "000000000000f03f", new float[] { 1 })]
    [InlineData("LongStorage", "feffffffffffffff", new float[] { -2 })]
    [InlineData("IntStorage", "feffffff", new float[] { -2 })]
    [InlineData("ShortStorage", "feff", new float[] { -2 })]
    [InlineData("CharStorage", "fe", new float[] { -2 })]
    [InlineData("ByteStorage", "00feff", new float[] { 0, 254, 255 })]
    [InlineData("BoolStorage", "0001", new float[] { 0, 1 })]
    public void Every_type_of_numbers_becomes_floats(string type, string hex, float[] expected)
    {
        byte[] pickle = Pickle.Of(p => p.Dictionary(("x", v => v.Tensor("0", expected.Length, [expected.Length], type: type))));
        Assert.Equal(expected, Read(PyTorchBytes.Zip(pickle, ("0", Convert.FromHexString(hex)))).Arrays[0].Data);
    }

    [Fact]
    public void Views_are_read_by_their_offsets_and_strides()
    {
        byte[] pickle = Pickle.Of(p => p.Dictionary(
            ("transposed", v => v.Tensor("0", 6, [3, 2], [1, 3])),
            ("column", v => v.Tensor("0", 6, [2], [3], offset: 1)),
            ("tail", v => v.Tensor("0", 6, [2, 1], offset: 4)),
            ("scalar", v => v.Tensor("0", 6, [], offset: 5)),
            ("nothing", v => v.Tensor("0", 6, [0, 4]))));
        PyTorchFile file = Read(PyTorchBytes.Zip(pickle, ("0", PyTorchBytes.Floats(1, 2, 3, 4, 5, 6))));
        float[][] expected = [[1, 4, 2, 5, 3, 6], [2, 5], [5, 6], [6], []];
        Assert.Equal(expected, file.Arrays.Select(array => array.Data));
        Assert.Equal([0, 4], file.Arrays[4].Shape);
    }

    [Fact]
    public void Of_several_states_the_averaged_weights_are_meant_and_never_an_optimizers()
    {
        byte[] pickle = Pickle.Of(p => p.Dictionary(
            ("optimizer", v => v.Dictionary(("state", s => s.Dictionary(("moment", m => m.Tensor("0", 3, [3])))))),
            ("step", v => v.Int(7)),
            ("params", v => v.Dictionary(("w", t => t.Tensor("0", 3, [1])))),
            ("params_ema", v => v.Dictionary(("w", t => t.Tensor("0", 3, [1], offset: 2))))));
        byte[] bytes = PyTorchBytes.Zip(pickle, ("0", PyTorchBytes.Floats(1, 2, 3)));
        PyTorchFile file = Read(bytes);
        Assert.Equal("params_ema", file.Part.Path);
        Assert.Equal([3], file.Arrays.Single().Data);
        Assert.Equal(["params_ema", "params", "optimizer.state"], file.Parts.Select(part => part.Path));
        Assert.Equal([1], PyTorchFile.Read(_folder["w"], "params").Arrays.Single().Data);
        Assert.Equal([1, 2, 3], PyTorchFile.Read(_folder["w"], "optimizer.state").Arrays.Single().Data);
        Assert.Contains("no part 'nets'", Assert.Throws<WeightsException>(() => PyTorchFile.Read(_folder["w"], "nets")).Message);
    }

    [Fact]
    public void A_pickled_module_opens_as_data_and_its_state_has_the_names_of_a_state_dictionary()
    {
        static void Module(Pickle p, string type, Action<Pickle> parameters, Action<Pickle> modules) => p
            .Global("somebodys.networks", type).Code(")").Raw(0x81)
            .Dictionary(
                ("training", v => v.Raw(0x88)), ("_parameters", parameters), ("_modules", modules),
                ("_buffers", v => v.Dictionary(("running", b => b.Tensor("0", 4, [1], offset: 3)), ("passing", b => b.Tensor("0", 4, [1])))),
                ("_non_persistent_buffers_set", v => v.Global("builtins", "set").Code("](").Text("passing").Code("e").Raw(0x85).Code("R")))
            .Code("b");
        byte[] pickle = Pickle.Of(p => Module(
            p, "Net", v => v.Dictionary(("bias", b => b.Code("N"))),
            v => v.Dictionary(("conv", c => Module(
                c, "Conv",
                w => w.Dictionary(("weight", t => t.Global("torch._utils", "_rebuild_parameter").Code("(").Tensor("0", 4, [2]).Raw(0x88).Code("NtR"))),
                m => m.Dictionary())))));
        PyTorchFile file = Read(PyTorchBytes.Zip(pickle, ("0", PyTorchBytes.Floats(1, 2, 3, 4))));
        Assert.Equal(["running", "conv.weight", "conv.running"], file.Arrays.Select(array => array.Name));
        Assert.Equal([1, 2], file.Arrays[1].Data);
        Assert.Equal([4], file.Arrays[0].Data);
    }

    [Fact]
    public void Storages_without_a_type_take_that_of_the_tensor()
    {
        byte[] pickle = Pickle.Of(p => p.Dictionary(("x", v => v
            .Global("torch._utils", "_rebuild_tensor_v3").Code("((").Text("storage").Global("torch.storage", "UntypedStorage").Text("0").Text("cpu")
            .Int(8).Code("tQ").Int(0).Tuple(2).Tuple(1).Raw(0x89).Code("N").Global("torch", "float32").Code("}tR"))));
        Assert.Equal([1, 2], Read(PyTorchBytes.Zip(pickle, ("0", PyTorchBytes.Floats(1, 2)))).Arrays[0].Data);
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("torch._utils", "_rebuild_sparse_tensor")]
    public void What_needs_code_to_run_is_refused_by_name(string module, string function)
    {
        byte[] pickle = Pickle.Of(p => p.Dictionary(("x", v => v.Tensor("0", 1, [1])), ("y", v => v.Global(module, function).Text("echo").Raw(0x85).Code("R"))));
        Refused(PyTorchBytes.Zip(pickle, ("0", PyTorchBytes.Floats(1))), $"'{module}.{function}' to be run");
    }

    [Theory]
    [InlineData(new long[] { 3 }, new long[] { 1 }, 0, 2, "beyond its storage")]
    [InlineData(new long[] { 2 }, new long[] { 1 }, 1, 2, "beyond its storage")]
    [InlineData(new long[] { 2 }, new long[] { 2 }, 0, 2, "beyond its storage")]
    [InlineData(new long[] { 1000000 }, new long[] { 0 }, 0, 2, "repeats it")]
    [InlineData(new long[] { -1 }, new long[] { 1 }, 0, 2, "negative")]
    [InlineData(new long[] { 1 }, new long[] { -1 }, 0, 2, "negative")]
    [InlineData(new long[] { 1 }, new long[] { 1 }, -1, 2, "negative")]
    [InlineData(new long[] { 2147483647, 2147483647, 2147483647, 0 }, new long[] { 0, 0, 0, 0 }, 0, 2, "more elements")]
    [InlineData(new long[] { 2, 2 }, new long[] { 1 }, 0, 2, "2 extents and 1 strides")]
    [InlineData(new long[] { 2 }, new long[] { long.MaxValue }, 0, 2, "beyond its storage")]
    [InlineData(new long[] { 100 }, new long[] { 1 }, 0, 100, "too few")]
    [InlineData(new long[] { 1 }, new long[] { 1 }, 0, long.MaxValue, "too few")]
    [InlineData(new long[] { 1 }, new long[] { 1 }, 0, -1, "not a storage")]
    public void A_tensor_that_is_not_within_its_storage_is_refused(long[] shape, long[] strides, long offset, long elements, string reason)
    {
        byte[] pickle = Pickle.Of(p => p.Dictionary(("x", v => v.Tensor("0", elements, shape, strides, offset))));
        Refused(PyTorchBytes.Zip(pickle, ("0", PyTorchBytes.Floats(1, 2))), reason);
    }

    [Fact]
    public void One_storage_is_not_read_over_and_over()
    {
        byte[] pickle = Pickle.Of(p => p.Dictionary(
            [.. Enumerable.Range(0, 100).Select(i => ($"x{i}", (Action<Pickle>)(v => v.Tensor("0", 10_000, [10_000]))))]));
        Refused(PyTorchBytes.Zip(pickle, ("0", new byte[40_000])), "repeat the same numbers");
    }

    [Fact]
    public void Compressed_records_are_refused_so_that_nothing_grows() =>
        Refused(PyTorchBytes.Zip(CompressionLevel.SmallestSize, Pickle.Of(p => p.Dictionary()), ("0", new byte[1 << 20])), "without compression");

    [Fact]
    public void What_holds_itself_or_doubles_at_every_step_is_refused()
    {
        Refused(PyTorchBytes.Zip(Pickle.Of(p => p.Code("]q\0h\0a"))), "hold themselves");
        Refused(PyTorchBytes.Zip(Pickle.Of(p => p.Code("}q\0").Text("x").Code("h\0s"))), "hold themselves");
        Refused(PyTorchBytes.Zip(Pickle.Of(p =>
        {
            p.Code("]");
            for (int i = 0; i < 60; i++) p.Code("q\u0001" + "0](h\u0001h\u0001e");
        })), "too many");
        Refused(PyTorchBytes.Zip(Pickle.Of(p =>
        {
            for (int i = 0; i < 5000; i++) p.Code("](");
            p.Code(new string('e', 5000));
        })), "nested too deeply");
    }

    [Fact]
    public void A_list_that_is_copied_again_and_again_ends()
    {
        Refused(PyTorchBytes.Zip(Pickle.Of(p =>
        {
            p.Code("](");
            for (int i = 0; i < 10_000; i++) p.Code("NN").Raw(0x86);
            p.Code("eq\u0001" + "0");
            for (int i = 0; i < 10_000; i++) p.Global("collections", "OrderedDict").Code("(h\u0001tR");
        })), "too many steps");
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("2e", "stack")]
    [InlineData("504b0304", "directory is broken")]
    [InlineData("80028a0a6cfc9c46f9206aa850192e", "cut short")]
    [InlineData("80028a0a6cfc9c46f9206aa850192e80024de9032e80027d2e", "big-endian")]
    [InlineData("80024b012e", "not a PyTorch file")]
    [InlineData("80028a0a6cfc9c46f9206aa850192e8002582effffff7f", "more bytes")]
    public void What_is_no_such_file_is_refused(string hex, string reason) => Refused(Convert.FromHexString(hex), reason);

    [Theory]
    [InlineData("0")]
    [InlineData("t")]
    [InlineData("(0s")]
    [InlineData("u")]
    [InlineData("R")]
    [InlineData("b")]
    [InlineData("NNb")]
    [InlineData("h\u0001")]
    [InlineData("q\u0001")]
    [InlineData("(N\u0086")]
    [InlineData("Q")]
    [InlineData("}(Nu")]
    [InlineData("NNa")]
    [InlineData("NNNs")]
    [InlineData("Ixyz\n")]
    [InlineData("\u0082\u0001")]
    [InlineData("\u00ff")]
    [InlineData("B\u00ff\u00ff\u00ff\u00ff")]
    [InlineData("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")]
    [InlineData("X\u0001\0\0\0\u00ff")]
    [InlineData("N(NNR")]
    public void A_pickle_that_breaks_its_machine_is_refused(string codes) => Refused(PyTorchBytes.Zip(Pickle.Of(p => p.Code(codes))), "");

    [Fact]
    public void Old_files_whose_storages_lie_about_themselves_are_refused()
    {
        byte[] state = Pickle.Of(p => p.Dictionary(("x", v => v.Tensor("0", 2, [2], legacy: true))));
        Refused(PyTorchBytes.Legacy(state), "'0' is not there");
        Refused(PyTorchBytes.Legacy(state, ("1", 2, PyTorchBytes.Floats(1, 2))), "nothing mentions");
        Refused(PyTorchBytes.Legacy(state, ("0", 3, PyTorchBytes.Floats(1, 2, 3))), "another size");
        Refused(PyTorchBytes.Legacy(state, ("0", 2, PyTorchBytes.Floats(1))), "cut short");
        Refused(PyTorchBytes.Legacy(state, ("0", 2, PyTorchBytes.Floats(1, 2)), ("0", 2, PyTorchBytes.Floats(1, 2))), "twice");
        byte[] huge = Pickle.Of(p => p.Dictionary(("x", v => v.Tensor("0", long.MaxValue, [1], legacy: true))));
        Refused(PyTorchBytes.Legacy(huge, ("0", long.MaxValue, PyTorchBytes.Floats(1))), "cut short");
    }

    [Fact]
    public void Every_truncation_and_flipped_bits_are_refused_or_read_but_never_break()
    {
        byte[] State(bool legacy) => Pickle.Of(p => p.Dictionary(
            ("a", v => v.Tensor("0", 4, [2, 2], legacy: legacy)), ("b", v => v.Tensor("1", 3, [3], legacy: legacy))));
        byte[] zip = PyTorchBytes.Zip(State(false), ("0", PyTorchBytes.Floats(1, 2, 3, 4)), ("1", PyTorchBytes.Floats(5, 6, 7)));
        byte[] old = PyTorchBytes.Legacy(State(true), ("0", 4, PyTorchBytes.Floats(1, 2, 3, 4)), ("1", 3, PyTorchBytes.Floats(5, 6, 7)));
        foreach (byte[] good in new[] { zip, old })
        {
            Assert.Equal(2, Read(good).Arrays.Count);
            for (int length = 0; length < good.Length; length += 5)
            {
                File.WriteAllBytes(_folder["w"], good[..length]);
                Assert.Throws<WeightsException>(() => PyTorchFile.Read(_folder["w"]));
            }
            for (int bit = 0; bit < good.Length * 8; bit += 19)
            {
                byte[] bad = (byte[])good.Clone();
                bad[bit / 8] ^= (byte)(1 << (bit % 8));
                File.WriteAllBytes(_folder["w"], bad);
                Exception? fault = Record.Exception(() => PyTorchFile.Read(_folder["w"]));
                Assert.True(fault is null or WeightsException, $"bit {bit}: {fault}");
            }
        }
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Equal($"There is no weights file '{_folder["w"]}'.", Assert.Throws<WeightsException>(() => PyTorchFile.Read(_folder["w"])).Message);

    [Theory]
    [InlineData("imdn-x4.pth", 715_176)]
    [InlineData("srgan-5block-x4.pth", 735_372)]
    [InlineData("mnist-lenet5.pth", 61_706)]
    [InlineData("mnist-vae.pth", 652_824)]
    [InlineData("mnist-gan-mlp-generator.ckpt", 283_920)]
    [InlineData("vgg_normalised_conv3_1.pth", 555_340)]
    [InlineData("feature_invertor_conv3_1.pth", 555_075)]
    [InlineData("lpips-v0.1-alex.pth", 1152)]
    [InlineData("lpips-v0.1-vgg.pth", 1472)]
    [InlineData("lpips-v0.1-squeeze.pth", 2240)]
    public void Files_of_the_field_are_read(string name, long numbers)
    {
        PyTorchFile file = PyTorchFile.Read(SharedData.Path($"weights/{name}"));
        Assert.Equal(numbers, file.Part.Elements);
        Assert.All(file.Arrays, array => Assert.All(array.Data, value => Assert.True(float.IsFinite(value))));
    }

    [Fact]
    public void What_PyTorch_writes_is_read_in_every_form()
    {
        PyTorch.Execute(Path.Combine("Weights", "torch_files.py"), _folder.Path);
        string[] files = [.. Directory.EnumerateFiles(_folder.Path, "*.pt").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];
        Assert.Equal(["checkpoint", "mixed", "module-old", "module-zip", "script", "state-old", "state-zip"], files);
        foreach (string file in files)
        {
            var expected = Safetensors.Read(_folder[$"{file}.safetensors"]).Arrays;
            PyTorchFile read = PyTorchFile.Read(_folder[$"{file}.pt"]);
            Assert.Equal(expected.Select(array => array.Name).Order(), read.Arrays.Select(array => array.Name).Order());
            foreach (NamedArray array in read.Arrays)
            {
                NamedArray same = expected.Single(other => other.Name == array.Name);
                Assert.Equal(same.Shape, array.Shape);
                Assert.Equal(same.Data, array.Data);
            }
        }
    }

    private PyTorchFile Read(byte[] bytes)
    {
        File.WriteAllBytes(_folder["w"], bytes);
        return PyTorchFile.Read(_folder["w"]);
    }

    private void Refused(byte[] bytes, string reason)
    {
        var fault = Assert.Throws<WeightsException>(() => Read(bytes));
        Assert.Contains(reason, fault.Message);
        Assert.Contains(_folder["w"], fault.Message);
    }
}
