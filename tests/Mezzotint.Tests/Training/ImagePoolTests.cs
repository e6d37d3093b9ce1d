using Mezzotint.Tensors;
using Mezzotint.Tensors.Cpu;
using Mezzotint.Training;

namespace Mezzotint.Tests.Training;

public sealed class ImagePoolTests
{
    [Fact]
    public void Half_of_what_is_shown_is_old_and_what_is_shown_makes_room_for_the_new()
    {
        const int Capacity = 3, Batch = 2, Steps = 60;
        var pool = new ImagePool("pool", Capacity, [Batch, 1, 1, 1]);
        var made = new Feed("made", [Batch, 1, 1, 1]);
        var updates = new Updates();
        var step = new Step([pool.Exchange(made, updates)], updates);
        var held = new List<float>(); // the same pool as a list
        int old = 0;
        for (int i = 0; i < Steps; i++)
        {
            var bindings = new Bindings().Set(made, new float[] { 2 * i + 1, 2 * i + 2 });
            pool.Feed(bindings, seed: 9, sample: Batch * i);
            float[] shown = CpuDevice.Shared.Run(step, bindings)[0];
            for (int n = 0; n < Batch; n++)
            {
                float current = 2 * i + 1 + n;
                if (held.Count < Capacity)
                {
                    Assert.Equal(current, shown[n]);
                    held.Add(current);
                }
                else if (shown[n] != current)
                {
                    Assert.Contains(shown[n], held);
                    held[held.IndexOf(shown[n])] = current;
                    old++;
                }
            }

            Assert.Equal(held, pool.Pictures.ToArray().Take(held.Count));
        }

        Assert.InRange(old / (double)(Batch * Steps - Capacity), 0.35, 0.65);
    }
}
