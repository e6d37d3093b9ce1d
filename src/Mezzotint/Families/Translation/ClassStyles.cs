using Mezzotint.Data.Pairs;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;

namespace Mezzotint.Families.Translation;

/// <summary>The styles of classes, from which a picture is given its own where nobody names one (Wang et al. 2018, section 3.4).</summary>
internal static class ClassStyles
{
    private const int MostPairs = 64;

    // Pairs are cut at their corners, unspoiled: there is nothing to draw.
    private const ulong Seed = 0;

    /// <summary>What the encoder makes of instances in training pictures, as a few for each class that stand for all.</summary>
    /// <param name="network">The network with its encoder.</param>
    /// <param name="description">What it is.</param>
    /// <param name="recipe">Its training.</param>
    /// <param name="pairs">The training pictures; at most 64 from all over them are looked at.</param>
    /// <param name="device">Where the encoder runs.</param>
    /// <returns>For each class, and for no class at the end, as many styles as the description says.</returns>
    public static float[] Find(TranslationNetwork network, TranslatorDescription description, TranslationRecipe recipe, PairSet pairs, Device device)
    {
        TranslationDataRecipe data = recipe.Data;
        PairCutter cutter = TranslationData.Cutter(data, segments: true);
        var batch = new PairBatch(1, cutter);
        var image = new Feed("image", [1, data.Height, data.Width, TranslationNetwork.ImageChannels]);
        var segments = new Feed("segments", [1, data.Height, data.Width], ElementType.Int32);
        (_, Tensor means) = TranslationNetwork.SegmentMeans(network.Encode(image, Pass.Inference), segments, data.MostSegments);
        Plan plan = device.Plan(new Step([means]));
        List<float[]>[] points = [.. Enumerable.Range(0, data.Classes + 1).Select(_ => new List<float[]>())];
        int count = Math.Min(MostPairs, pairs.Count);
        for (int i = 0; i < count; i++)
        {
            ImagePair pair = pairs.Load(i * pairs.Count / count).Cover(data.Width, data.Height);
            cutter.Cut(pair, 0, 0, mirrored: false, Seed, (ulong)i, batch, 0);
            float[] found = plan.Run(new Bindings().Set(image, batch.Target).Set(segments, (ReadOnlyMemory<int>)batch.Segments))[0];
            var done = new HashSet<int>();
            for (int p = 0; p < batch.Segments.Length; p++)
            {
                int segment = batch.Segments[p];
                if (!done.Add(segment)) continue;
                points[(int)batch.Condition[p * cutter.Channels]].Add(
                    found.AsSpan(segment * description.StyleSize, description.StyleSize).ToArray());
            }
        }

        return [.. points.SelectMany(ofClass => StyleClusters.Of(ofClass, description.Clusters, description.StyleSize, recipe.Seed))];
    }
}
