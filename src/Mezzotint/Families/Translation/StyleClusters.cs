using Mezzotint.Data;

namespace Mezzotint.Families.Translation;

/// <summary>The styles that the instances of a class have, as a few that stand for all: k-means (Lloyd 1982).</summary>
internal static class StyleClusters
{
    private const ulong FirstPurpose = 51;
    private const int Rounds = 30;

    /// <summary>The middles of so many clusters; where there are fewer points, some are there more than once, and zeros for none.</summary>
    /// <param name="points">The points, all of one length.</param>
    /// <param name="count">How many clusters.</param>
    /// <param name="length">Elements of a point.</param>
    /// <param name="seed">Where the first middles are drawn from.</param>
    public static float[] Of(IReadOnlyList<float[]> points, int count, int length, ulong seed)
    {
        float[] middles = new float[count * length];
        if (points.Count == 0) return middles;
        int[] first = [.. Enumerable.Range(0, points.Count).OrderBy(i => CounterRandom.Bits(seed, FirstPurpose, (ulong)i))];
        for (int k = 0; k < count; k++) points[first[k % first.Length]].CopyTo(middles, k * length);
        for (int round = 0; round < Rounds; round++)
        {
            double[] sums = new double[middles.Length];
            int[] members = new int[count];
            foreach (float[] point in points)
            {
                int nearest = Nearest(point, middles, count);
                members[nearest]++;
                for (int c = 0; c < length; c++) sums[nearest * length + c] += point[c];
            }

            for (int k = 0; k < count; k++)
            {
                if (members[k] == 0) continue;
                for (int c = 0; c < length; c++) middles[k * length + c] = (float)(sums[k * length + c] / members[k]);
            }
        }

        return middles;
    }

    private static int Nearest(float[] point, float[] middles, int count)
    {
        int nearest = 0;
        double least = double.MaxValue;
        for (int k = 0; k < count; k++)
        {
            double distance = 0;
            for (int c = 0; c < point.Length; c++)
            {
                double difference = point[c] - middles[k * point.Length + c];
                distance += difference * difference;
            }

            if (distance < least) (least, nearest) = (distance, k);
        }

        return nearest;
    }
}
