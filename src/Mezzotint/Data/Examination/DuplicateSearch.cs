using System.Numerics;

namespace Mezzotint.Data.Examination;

/// <summary>Finds what is there several times among many signatures, without comparing each with each.</summary>
internal static class DuplicateSearch
{
    // Hashes that differ in fewer bits than they have blocks are equal in one of the blocks: only those are compared.
    private const int Blocks = 8, BlockBits = 8;
    private const int FarthestHash = 10;
    private const double FarthestGrid = 4, FarthestShare = 0.1, LeastContrast = 4, FarthestAspect = 0.03;

    /// <summary>Groups of equal pictures, each of two or more, by their places in the list.</summary>
    public static IReadOnlyList<int[]> Equal(IReadOnlyList<ImageSignature?> signatures) =>
    [
        .. Enumerable.Range(0, signatures.Count).Where(i => signatures[i] is not null).GroupBy(i => signatures[i]!.Digest)
            .Select(group => group.ToArray()).Where(group => group.Length > 1),
    ];

    /// <summary>
    /// Of each picture others that are nearly equal, and not equal: recompressed, rescaled, a little lighter or cut at an edge.
    /// </summary>
    /// <param name="signatures">The signatures; null for what is not compared.</param>
    /// <param name="parts">Which part of the data each is of.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>For each the first one before it in its own part, and the first one in another part; -1 for none.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static (int[] Earlier, int[] Across) Near(
        IReadOnlyList<ImageSignature?> signatures, IReadOnlyList<DataPart> parts, CancellationToken cancellation)
    {
        int[] earlier = [.. Enumerable.Repeat(-1, signatures.Count)], across = [.. earlier];
        var noting = new Lock();
        int[] compared = [.. Enumerable.Range(0, signatures.Count).Where(i => signatures[i] is { Contrast: >= LeastContrast })];
        for (int block = 0; block < Blocks; block++)
        {
            int shift = block * BlockBits;
            IEnumerable<int[]> buckets = compared.GroupBy(i => (byte)(signatures[i]!.Hash >> shift)).Select(bucket => bucket.ToArray());
            Parallel.ForEach(buckets, new ParallelOptions { CancellationToken = cancellation }, bucket =>
            {
                ulong[] hashes = [.. bucket.Select(i => signatures[i]!.Hash)];
                for (int i = 0; i < bucket.Length; i++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    for (int j = i + 1; j < bucket.Length; j++)
                    {
                        if (BitOperations.PopCount(hashes[i] ^ hashes[j]) > FarthestHash) continue;
                        if (AreNear(signatures[bucket[i]]!, signatures[bucket[j]]!)) Note(bucket[i], bucket[j]);
                    }
                }
            });
        }

        return (earlier, across);

        void Note(int first, int second)
        {
            lock (noting)
            {
                if (parts[first] == parts[second])
                {
                    earlier[second] = First(earlier[second], first);
                    return;
                }

                across[first] = First(across[first], second);
                across[second] = First(across[second], first);
            }
        }

        static int First(int known, int found) => known < 0 ? found : Math.Min(known, found);
    }

    /// <summary>Whether two pictures are not equal but look alike, but for what compression, scaling and a cut edge change.</summary>
    public static bool AreNear(ImageSignature a, ImageSignature b)
    {
        double contrast = Math.Min(a.Contrast, b.Contrast), farthest = Math.Min(FarthestGrid, FarthestShare * contrast);

        // Two grids are at least as far apart as their means and their deviations, which are at hand.
        if (contrast < LeastContrast || Math.Abs(a.Mean - b.Mean) > farthest || Math.Abs(a.Contrast - b.Contrast) > farthest) return false;
        if (Math.Abs(Math.Log(a.Aspect / b.Aspect)) > FarthestAspect || a.Digest == b.Digest) return false;
        return a.DifferenceTo(b) <= farthest;
    }
}
