using Mezzotint.Tensors.Cpu;

namespace Mezzotint.Tensors.Tests.Cpu;

public sealed class TileEmitterTests
{
    [Fact]
    public void No_micro_kernel_holds_more_vector_operations_than_the_compiler_optimises()
    {
        foreach (VectorWidth width in KernelRunner.Widths)
            foreach (TileLeft left in Enum.GetValues<TileLeft>())
            {
                int most = TileSpec.MaxAccumulators(width);
                for (int vectors = 1; vectors <= 8; vectors++)
                    for (int rows = 1; rows * vectors <= most; rows++)
                    {
                        var spec = new TileSpec(width, left, 1, rows, vectors, 0, 256, 4, 128);
                        Assert.InRange(TileEmitter.Operations(spec, TileEmitter.Unroll(spec)), 1, TileEmitter.MaxOperations);
                        for (int steps = 1; steps <= 64; steps++)
                        {
                            int written = TileEmitter.Unroll(TileEmitter.For(spec, steps));
                            Assert.InRange(TileEmitter.Operations(spec, written), 1, TileEmitter.MaxOperations);
                        }
                    }
            }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(12, 12)]
    [InlineData(21, 7)]
    [InlineData(27, 9)]
    [InlineData(64, 8)]
    [InlineData(48, 12)]
    [InlineData(13, 8)] // nothing divides it
    public void A_kernel_writes_out_a_part_of_its_trips_that_leaves_no_step_over(int steps, int written)
    {
        var spec = new TileSpec(VectorWidth.Bits256, TileLeft.Broadcast, 1, 6, 2, 0, 256, 4, 64);
        Assert.Equal(written, TileEmitter.Unroll(TileEmitter.For(spec, steps)));
    }

    [Theory]
    [InlineData(3, 1, true)]   // of three channels, adjacent pixels share all but one column of taps
    [InlineData(3, 2, true)]
    [InlineData(64, 1, false)] // the other pixel's channels come long after
    public void It_is_known_where_pixels_read_what_others_read(int channels, int stride, bool twice)
    {
        var spec = new TileSpec(VectorWidth.Bits256, TileLeft.Broadcast, 1, 6, 2, 0, stride * channels * sizeof(float), sizeof(float), 64);
        Assert.Equal(twice, TileEmitter.ReadsTwice(spec));
    }

    [Fact]
    public void Runs_of_tiles_cover_a_row_once_and_are_cut_where_taps_change()
    {
        for (int columns = 1; columns <= 40; columns++)
            for (int most = 1; most <= 12; most++)
                foreach (int padding in (int[])[0, 1, 4, 9])
                {
                    CorrelationAxis axis = CorrelationAxis.Forward(columns + 9 - 2 * padding, columns, 10, 1, padding, 1);
                    if (axis.Source < 1) continue;
                    AxisPhase phase = axis.Phases[0];
                    int at = 0, tiles = 0;
                    while (at < columns)
                    {
                        TileRun run = TileRun.From(at, columns, most, axis, phase);
                        Assert.Equal(at, run.Column);
                        Assert.InRange(run.Pixels, 1, most);
                        Assert.InRange(run.End, at + 1, columns);
                        for (int tile = 0; tile < run.Tiles; tile++)
                            Assert.Equal((run.FirstTap, run.EndTap), axis.TapsInside(phase, at + tile * run.Pixels, run.Pixels));
                        at = run.End;
                        tiles += run.Tiles;
                    }
                    Assert.Equal(Cut.Parts(columns, most), tiles);
                }
    }
}
