using Mezzotint.Tensors.Cpu;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Tests.Cpu;

namespace Mezzotint.Tensors.Tests;

public sealed class PhiloxTests
{
    // The known answers published with Random123, for 10 rounds of philox4x32.
    [Theory]
    [InlineData(new uint[] { 0, 0, 0, 0 }, new uint[] { 0, 0 }, new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 })]
    [InlineData(
        new uint[] { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff }, new uint[] { 0xffffffff, 0xffffffff },
        new uint[] { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd })]
    [InlineData(
        new uint[] { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, new uint[] { 0xa4093822, 0x299f31d0 },
        new uint[] { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 })]
    public void Blocks_are_the_published_ones(uint[] counter, uint[] key, uint[] expected)
    {
        (uint w0, uint w1, uint w2, uint w3) = Philox.Block(counter[0], counter[1], counter[2], counter[3], key[0], key[1]);
        Assert.Equal(expected, (uint[])[w0, w1, w2, w3]);
    }

    [Fact]
    public void Uniform_numbers_fill_the_unit_interval_and_never_reach_one()
    {
        Assert.Equal(0, Philox.Uniform(0));
        Assert.Equal(1 - MathF.Pow(2, -24), Philox.Uniform(uint.MaxValue));
        float[] x = Draw(Distribution.Uniform, 100_001, site: 3);
        Assert.All(x, value => Assert.InRange(value, 0, 1 - 1e-8f));
        Assert.Equal(0.5, x.Average(), 0.005);
        Assert.Equal(1 / 12.0, x.Average(value => (value - 0.5) * (value - 0.5)), 0.002);
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_normal_distribution()
    {
        float[] x = Draw(Distribution.Normal, 200_003, site: 0);
        Assert.Equal(0, x.Average(), 0.01);
        Assert.Equal(1, x.Average(value => (double)value * value), 0.02);
        Assert.Equal(3, x.Average(value => Math.Pow(value, 4)), 0.1);
        Assert.Equal(0, x.Zip(x.Skip(1), (a, b) => (double)a * b).Average(), 0.01);
        Assert.All(Draw(Distribution.Normal, 1001, site: 1), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void An_element_is_a_function_of_key_site_and_index_alone()
    {
        float[] many = Draw(Distribution.Uniform, 50_000, site: 5), few = Draw(Distribution.Uniform, 10, site: 5);
        Assert.Equal(many[..10], few);
        Assert.NotEqual(many[..10], Draw(Distribution.Uniform, 10, site: 6));
        (_, uint word, _, _) = Philox.Block(12_000 / 4, 0, 7, 5, 0x89ABCDEF, 0x01234567);
        Assert.Equal(Philox.Uniform(word), many[12_001]);
    }

    private static float[] Draw(Distribution distribution, int count, int site)
    {
        float[] key = [.. RandomStream.Key(0x0123456789ABCDEF, 7).Select(BitConverter.Int32BitsToSingle)], numbers = new float[count];
        SerialRunner.Run(new RandomKernel(distribution, count, site), [(key, 0), (numbers, 0)], seed: 1);
        return numbers;
    }
}
