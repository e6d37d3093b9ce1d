namespace Mezzotint.Data.Pairs;

/// <summary>What reading every pair once, before a training, has found: it throws at the first that cannot be used.</summary>
/// <param name="ClassPixels">How many pixels each class has, and last how many say nothing; none where pictures are given.</param>
/// <param name="MostInstances">The most instances of a pair; 0 without instance maps.</param>
public sealed record PairScan(IReadOnlyList<long> ClassPixels, int MostInstances)
{
    /// <summary>The classes that no pixel has.</summary>
    public IEnumerable<int> Absent => Enumerable.Range(0, Math.Max(0, ClassPixels.Count - 1)).Where(label => ClassPixels[label] == 0);

    /// <summary>Reads every pair.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <exception cref="TrainingDataException">A label stands for no class, or the two of a pair differ in size; the file is
    /// named.</exception>
    /// <exception cref="Imaging.PictureException">A file is no picture.</exception>
    public static PairScan Of(PairSet pairs)
    {
        long[] pixels = new long[pairs.Scheme is { } scheme ? scheme.Classes + 1 : 0];
        int most = 0;
        for (int i = 0; i < pairs.Count; i++)
        {
            ImagePair pair = pairs.Load(i);
            if (pair.Labels is { } labels)
                foreach (int label in labels.Values) pixels[label]++;
            if (pair.Instances is { } instances) most = Math.Max(most, instances.Values.Distinct().Count());
        }

        return new PairScan(pixels, most);
    }
}
