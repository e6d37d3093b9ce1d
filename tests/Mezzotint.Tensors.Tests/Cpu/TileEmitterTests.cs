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
                    }
            }
    }
}
