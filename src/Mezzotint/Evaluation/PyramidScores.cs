using Mezzotint.Data;
using Mezzotint.Inference;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Tensors;

namespace Mezzotint.Evaluation;

/// <summary>
/// How near a generator's images come to true ones, band by band of their Laplacian pyramids, and how much each of its levels adds (Karras
/// et al. 2018). Unlike theirs, patches of both sets are divided by the true ones' deviation, so that too much or too little detail counts;
/// and the pyramid is <see cref="LaplacianPyramid"/>.
/// </summary>
/// <param name="Protocol">How they were compared.</param>
/// <param name="Images">How many images of each set.</param>
/// <param name="Levels">The generator's levels, the smallest first; of a generator without levels, its images.</param>
public sealed record PyramidScores(PyramidProtocol Protocol, int Images, IReadOnlyList<LevelScore> Levels)
{
    private const int LeastSide = 16;

    /// <summary>Scores a generator against true images.</summary>
    /// <param name="network">The generator.</param>
    /// <param name="real">True images of its size and channels.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="protocol">How.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <exception cref="EvaluationException">The images are not of the generator's size, or smaller than a patch.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PyramidScores Of(
        IImageGenerator network, IImageSet real, Device device, PyramidProtocol protocol, IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        if ((real.Width, real.Height, real.Channels) != (network.Width, network.Height, network.Channels))
        {
            throw new EvaluationException($"The images are {real.Width}x{real.Height} with {real.Channels} channels, and the model's "
                + $"{network.Width}x{network.Height} with {network.Channels}.");
        }

        // The bands of the smallest level: of a generator with levels its images as they are, else down to the published least side.
        int levels = (network as IMultiScaleGenerator)?.Levels ?? 1, least = levels > 1 ? 1 : BandsOf(Math.Min(real.Width, real.Height));
        int batch = network.ImagesTogether, bands = least + levels - 1, count = Math.Min(protocol.Images, real.Count), done = 0;
        if (Math.Min(real.Width, real.Height) >> (bands - 1) < PyramidProtocol.PatchSide)
            throw new EvaluationException($"The smallest images are smaller than patches of {PyramidProtocol.PatchSide} pixels.");

        PatchSet[] ofReal = Patches(bands);
        var truth = new Feed("truth", [batch, real.Height, real.Width, real.Channels]);
        Take([ofReal], [LaplacianPyramid.Bands(truth, bands)], bindings =>
        {
            var samples = new float[truth.Tensor.Shape.Count];
            for (int i = 0; i < batch; i++)
                real.Read((int)((long)Math.Min(done + i, count - 1) * real.Count / count), samples.AsSpan(i * samples.Length / batch, samples.Length / batch));
            bindings.Set(truth, samples);
        });

        var latent = new Feed("latent", [batch, network.Latent]);
        Feed? classes = network.Classes.Count > 0 ? new Feed("classes", [batch, network.Classes.Count]) : null;
        Tensor? rows = classes?.Tensor;
        IReadOnlyList<Tensor> images = network is IMultiScaleGenerator scales
            ? scales.GenerateLevels(latent, rows, Pass.Inference)
            : [network.Generate(latent, rows, Pass.Inference)];
        PatchSet[][] own = [.. Enumerable.Range(0, levels).Select(level => Patches(least + level))];
        PatchSet[][] before = [.. Enumerable.Range(1, levels - 1).Select(level => Patches(least + level))];
        Take(
            [.. own, .. before],
            [
                .. images.Select((one, level) => LaplacianPyramid.Bands(one, least + level)),
                .. images.SkipLast(1).Select((one, level) => LaplacianPyramid.Bands(LaplacianPyramid.Double(one), least + level + 1)),
            ],
            bindings =>
            {
                var values = new float[latent.Tensor.Shape.Count];
                for (int i = 0; i < batch; i++) Latents.Normal((ulong)(done + i), values.AsSpan(i * network.Latent, network.Latent));
                bindings.Set(latent, values);
                if (classes is null) return;
                var oneHot = new float[classes.Tensor.Shape.Count];
                for (int i = 0; i < batch; i++) oneHot[i * network.Classes.Count + (done + i) % network.Classes.Count] = 1;
                bindings.Set(classes, oneHot);
            });

        (double Mean, double Deviation)[][] statistics = [.. ofReal.Select(set => set.Statistics())];
        float[][] points = [.. ofReal.Zip(statistics, (set, ofBand) => set.Normalised(ofBand))];
        int all = own.Concat(before).Sum(sets => sets.Length), compared = 0;
        var scores = new List<LevelScore>();
        for (int level = 0; level < levels; level++)
        {
            PatchDistance distance = Compare(own[level]);
            scores.Add(new LevelScore(network.Width >> (levels - 1 - level), distance, level == 0 ? null : Compare(before[level - 1])));
        }

        return new PyramidScores(protocol, count, scores);

        PatchSet[] Patches(int number) =>
            [.. Enumerable.Range(0, number).Select(_ => new PatchSet(PyramidProtocol.PatchSide, real.Channels, protocol.PatchesPerImage))];

        void Take(IReadOnlyList<PatchSet[]> sets, IReadOnlyList<IReadOnlyList<Tensor>> outputs, Action<Bindings> feed)
        {
            Tensor[] flat = [.. outputs.SelectMany(output => output)];
            PatchSet[] into = [.. sets.SelectMany(set => set)];
            Plan plan = device.Plan(new Step(flat));
            for (done = 0; done < count; done += batch)
            {
                cancellation.ThrowIfCancellationRequested();
                var bindings = new Bindings();
                feed(bindings);
                RunResult result = plan.Run(bindings);
                for (int output = 0; output < flat.Length; output++)
                {
                    int length = (int)flat[output].Shape.Count / batch;
                    for (int i = 0; i < Math.Min(batch, count - done); i++)
                        into[output].Add(result[output].AsSpan(i * length, length), flat[output].Shape[1], flat[output].Shape[2]);
                }

                progress?.Report((into == ofReal ? 0 : 0.2) + 0.2 * Math.Min(1, (done + batch) / (double)count));
            }
        }

        PatchDistance Compare(PatchSet[] sets)
        {
            var distances = new double[sets.Length];
            for (int band = 0; band < sets.Length; band++)
            {
                cancellation.ThrowIfCancellationRequested();
                distances[band] = 1_000 * SlicedWasserstein.Distance(
                    sets[band].Normalised(statistics[band]), points[band], sets[band].PointSize, protocol.Directions);
                progress?.Report(0.4 + 0.6 * ++compared / all);
            }

            return new PatchDistance(distances[^1], distances.Average());
        }
    }

    private static int BandsOf(int side)
    {
        int bands = 1;
        for (; side % 2 == 0 && side / 2 >= LeastSide; side /= 2) bands++;
        return bands;
    }
}
