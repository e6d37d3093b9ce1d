using Mezzotint.Data;
using Mezzotint.Layers;
using Mezzotint.Networks;
using Mezzotint.Objectives;
using Mezzotint.Tensors;
using Mezzotint.Training;

namespace Mezzotint.Evaluation;

/// <summary>
/// What generated images are worth as further data where real ones are few: a small classifier is trained on a few real images, on them and
/// generated ones, and, to compare, on them shifted and on generated ones alone, for as many steps each, and judged by test images.
/// </summary>
public static class AugmentationScores
{
    private const ulong DrawPurpose = 61, ShiftPurpose = 62;
    private const int LargestShift = 2;
    private const double LearningRate = 1e-3;
    private const int TestBatch = 500;

    /// <summary>Trains and judges.</summary>
    /// <param name="train">Real images with classes to learn from.</param>
    /// <param name="generated">Generated ones, of the same size, channels and classes.</param>
    /// <param name="test">Real ones to judge by, likewise.</param>
    /// <param name="protocol">How.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="progress">Told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the work between two steps.</param>
    /// <returns>The scores of: real; real, shifted; real and generated; generated.</returns>
    /// <exception cref="EvaluationException">The sets are not alike, or too small.</exception>
    public static IReadOnlyList<AugmentationScore> Of(
        IImageSet train, IImageSet generated, IImageSet test, AugmentationProtocol protocol, Device device, IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        Require(train, generated, test, protocol);
        Images added = Images.Of(generated, ByClass(generated, train.Classes, protocol.GeneratedPerClass, null, "generated"), train.Classes, cancellation);
        Images judges = Images.Of(test, [.. Enumerable.Range(0, test.Count)], train.Classes, cancellation);
        (string Kind, Func<Images, Images[]> Kinds, bool Shifted)[] ways =
        [
            ("real", real => [real], false),
            ("real, shifted", real => [real], true),
            ("real and generated", real => [real, added], false),
            ("generated", _ => [added], false),
        ];
        var accuracies = ways.Select(_ => new List<double>()).ToArray();
        var classifier = new Classifier(train, protocol.Batch, device);
        for (int run = 0; run < protocol.Runs; run++)
        {
            int[] chosen = ByClass(train, train.Classes, protocol.PerClass, protocol.Drawn ? (ulong)run : null, "real");
            Images few = Images.Of(train, chosen, train.Classes, cancellation);
            for (int way = 0; way < ways.Length; way++)
            {
                double done = run * ways.Length + way, all = protocol.Runs * ways.Length;
                classifier.Train(ways[way].Kinds(few), ways[way].Shifted, protocol.Steps, (ulong)run + 1, share => progress?.Report((done + share) / all), cancellation);
                accuracies[way].Add(classifier.Accuracy(judges, cancellation));
            }
        }

        return [.. ways.Select((way, i) => new AugmentationScore(way.Kind, accuracies[i]))];
    }

    /// <summary>Refuses what <see cref="Of"/> would refuse, before anything is trained.</summary>
    /// <param name="train">Real images with classes to learn from.</param>
    /// <param name="generated">Generated ones.</param>
    /// <param name="test">Real ones to judge by.</param>
    /// <param name="protocol">How.</param>
    /// <exception cref="EvaluationException">The sets are not alike, or too small.</exception>
    public static void Require(IImageSet train, IImageSet generated, IImageSet test, AugmentationProtocol protocol)
    {
        RequireAlike(train, generated, "generated");
        RequireAlike(train, test, "test");
        _ = ByClass(train, train.Classes, protocol.PerClass, null, "real");
        _ = ByClass(generated, train.Classes, protocol.GeneratedPerClass, null, "generated");
    }

    private static void RequireAlike(IImageSet train, IImageSet other, string name)
    {
        if (train.Classes.Count < 2) throw new EvaluationException("The real images have no classes; give a folder with a folder per class, or IDX files with labels.");
        if ((train.Width, train.Height, train.Channels) != (other.Width, other.Height, other.Channels))
        {
            throw new EvaluationException($"The {name} images are of {other.Width}x{other.Height}x{other.Channels} and the real ones of "
                + $"{train.Width}x{train.Height}x{train.Channels}; they must be alike.");
        }

        if (train.Classes.FirstOrDefault(name => !other.Classes.Contains(name)) is { } missing)
            throw new EvaluationException($"The {name} images have no class '{missing}', and the real ones have; give images of all classes.");
    }

    /// <summary>So many images of each class: the first, or drawn by a seed.</summary>
    private static int[] ByClass(IImageSet set, IReadOnlyList<string> classes, int count, ulong? seed, string name)
    {
        var byClass = Enumerable.Range(0, set.Count).ToLookup(index => set.Classes[set.ClassOf(index)]);
        return
        [
            .. classes.SelectMany(one =>
            {
                int[] all = [.. byClass[one]];
                if (all.Length < count) throw new EvaluationException($"There are {all.Length} {name} images of the class '{one}', and {count} are asked for.");
                return (seed is { } draw ? all.OrderBy(index => CounterRandom.Bits(draw, DrawPurpose, (ulong)index)) : all.AsEnumerable()).Take(count);
            }),
        ];
    }

    /// <summary>Images in memory with their classes.</summary>
    private sealed record Images(float[] Samples, int[] Classes, int Width, int Height, int Channels)
    {
        public int Length => Width * Height * Channels;

        public static Images Of(IImageSet set, int[] indices, IReadOnlyList<string> classes, CancellationToken cancellation)
        {
            int length = set.Width * set.Height * set.Channels;
            float[] samples = new float[checked((long)indices.Length * length)];
            var numbers = classes.Select((name, number) => (name, number)).ToDictionary(entry => entry.name, entry => entry.number);
            int[] kinds = new int[indices.Length];
            for (int i = 0; i < indices.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                set.Read(indices[i], samples.AsSpan(i * length, length));
                kinds[i] = numbers.GetValueOrDefault(set.Classes[set.ClassOf(indices[i])], -1);
            }

            return new Images(samples, kinds, set.Width, set.Height, set.Channels);
        }
    }

    /// <summary>A classifier that is trained again and again: one plan serves all.</summary>
    private sealed class Classifier
    {
        private readonly IImageSet _like;
        private readonly int _batch;
        private readonly Device _device;
        private readonly SmallClassifier _network;
        private readonly Adam _optimizer;
        private readonly Feed _images, _classes, _key = new("random", [3], ElementType.Int32);
        private readonly Plan _plan;

        public Classifier(IImageSet like, int batch, Device device)
        {
            (_like, _batch, _device) = (like, batch, device);
            _network = Fresh(0);
            _optimizer = new Adam("adam", _network.Parameters, new AdamRecipe { LearningRate = LearningRate });
            _images = new Feed("images", [batch, like.Height, like.Width, like.Channels]);
            _classes = new Feed("classes", [batch, like.Classes.Count]);
            var updates = new Updates();
            Tensor loss = CrossEntropy.Of(_network.Apply(_images, new Pass(updates, new RandomStream(_key))), _classes);
            Tensor norm = _optimizer.Minimize(loss, updates);
            _plan = device.Plan(new Step([loss, norm], updates));
        }

        public void Train(Images[] kinds, bool shifted, int steps, ulong seed, Action<double> progress, CancellationToken cancellation)
        {
            foreach ((Variable variable, Variable value) in _network.Variables.Zip(Fresh(seed).Variables)) variable.Set(value.ToArray());
            foreach (Variable variable in _optimizer.Variables) variable.Set(new float[variable.Shape.Count]);
            var orders = kinds.Select((kind, i) => new EpochOrder(kind.Classes.Length, seed, DrawPurpose + (ulong)i)).ToArray();
            int length = kinds[0].Length, classes = _like.Classes.Count;
            float[] samples = new float[_batch * length];
            for (int step = 1; step <= steps; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                float[] rows = new float[_batch * classes];
                for (int i = 0; i < _batch; i++)
                {
                    // Two kinds by turns, each in an order of its own.
                    long sample = ((step - 1L) * _batch + i) / kinds.Length;
                    Images kind = kinds[i % kinds.Length];
                    int index = orders[i % kinds.Length][sample];
                    Span<float> image = samples.AsSpan(i * length, length);
                    kind.Samples.AsSpan(index * length, length).CopyTo(image);
                    if (shifted) Shift(image, kind, seed, (ulong)((step - 1L) * _batch + i));
                    rows[i * classes + kind.Classes[index]] = 1;
                }

                Bindings bindings = new Bindings().Set(_images, samples).Set(_classes, rows).Set(_key, RandomStream.Key(seed, step));
                _optimizer.Feed(bindings, step, LearningRate);
                if (!_plan.Run(bindings).Finite) throw new EvaluationException("The classifier's training came to numbers that are not finite.");
                progress((double)step / steps);
            }
        }

        public double Accuracy(Images images, CancellationToken cancellation)
        {
            int count = images.Classes.Length, right = 0, classes = _like.Classes.Count;
            for (int start = 0; start < count; start += TestBatch)
            {
                cancellation.ThrowIfCancellationRequested();
                int some = Math.Min(TestBatch, count - start);
                Tensor given = Tensor.Of(
                    [some, images.Height, images.Width, images.Channels], images.Samples.AsSpan(start * images.Length, some * images.Length).ToArray());
                float[] logits = _device.Evaluate(_network.Apply(given, Pass.Inference));
                for (int i = 0; i < some; i++)
                {
                    Span<float> row = logits.AsSpan(i * classes, classes);
                    int best = 0;
                    for (int k = 1; k < classes; k++)
                        if (row[k] > row[best]) best = k;
                    if (best == images.Classes[start + i]) right++;
                }
            }

            return (double)right / count;
        }

        /// <summary>Moves an image by up to two pixels each way; what comes in is black.</summary>
        private static void Shift(Span<float> image, Images like, ulong seed, ulong sample)
        {
            int across = CounterRandom.Below(2 * LargestShift + 1, seed, ShiftPurpose, 2 * sample) - LargestShift;
            int down = CounterRandom.Below(2 * LargestShift + 1, seed, ShiftPurpose, 2 * sample + 1) - LargestShift;
            float[] before = image.ToArray();
            image.Clear();
            int row = like.Width * like.Channels, left = Math.Max(0, across), kept = like.Width - Math.Abs(across);
            for (int y = Math.Max(0, down); y < Math.Min(like.Height, like.Height + down); y++)
            {
                before.AsSpan((y - down) * row + (left - across) * like.Channels, kept * like.Channels)
                    .CopyTo(image[(y * row + left * like.Channels)..]);
            }
        }

        private SmallClassifier Fresh(ulong seed) =>
            new(_like.Width, _like.Height, _like.Channels, _like.Classes.Count, new Initialization(seed));
    }
}
