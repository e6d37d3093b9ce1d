using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Cpu;

/// <summary>What runs along the lanes in a direct gradient by the weights.</summary>
internal enum WeightGradientForm
{
    /// <summary>Rows are elements of the input, lanes output channels.</summary>
    InputByOutput,

    /// <summary>Rows are output channels, lanes elements of the input.</summary>
    OutputByInput,

    /// <summary>Rows are columns of the kernel, lanes channels of both (depthwise).</summary>
    Depthwise,
}

/// <summary>
/// How the two operands of a direct gradient by the weights fill vectors and register tiles, and how its sums lie: [row of the kernel]
/// [segment][row][lanes]. A section is what has channels of its own on either side: a group, or of a depthwise convolution a block of
/// channels. A segment is a run of the input that a row of the kernel covers: the whole row, or one tap of it. All of it is fixed by
/// channels, taps, stride and groups.
/// </summary>
internal sealed class WeightGradientLayout
{
    private readonly VectorWidth width;

    /// <summary>The layout of a convolution whose input lies so.</summary>
    public WeightGradientLayout(in ConvolutionGeometry geometry, in ImagePitches input, VectorWidth width)
    {
        this.width = width;
        ConvolutionWindow window = geometry.Window;
        Lanes = (int)width;
        InChannels = geometry.InChannelsPerGroup;
        OutChannels = geometry.OutChannelsPerGroup;
        if (InChannels == 1 && OutChannels == 1 && window.Groups >= 4)
        {
            Form = WeightGradientForm.Depthwise;
            Vectors = Math.Min(2, Cut.Parts(window.Groups, Lanes));
            InChannels = OutChannels = Vectors * Lanes;
            Sections = Cut.Parts(window.Groups, InChannels);
            InPitch = InChannels;
            Segments = 1;
            SegmentLength = geometry.KernelWidth;
        }
        else
        {
            Sections = window.Groups;
            InPitch = InChannels + ((long)window.StrideX * InChannels * sizeof(float) % 512 == 0 ? 16 : 0);
            bool merged = window.DilationX == 1 && InPitch == InChannels;
            Segments = merged ? 1 : geometry.KernelWidth;
            SegmentLength = merged ? geometry.KernelWidth * InChannels : InChannels;
            Form = OutChannels <= 8 && Filled(SegmentLength) > Filled(OutChannels)
                ? WeightGradientForm.OutputByInput : WeightGradientForm.InputByOutput;
            InPlace = Form == WeightGradientForm.InputByOutput && geometry is { KernelHeight: 1, KernelWidth: 1 }
                && window is { PadTop: 0, PadBottom: 0, PadLeft: 0, PadRight: 0 } && input.Pixel * window.StrideX <= int.MaxValue / sizeof(float);
            if (InPlace) InPitch = (int)input.Pixel;
            Vectors = Cut.Parts(Form == WeightGradientForm.OutputByInput ? SegmentLength : OutChannels, Lanes);
        }

        (TileRows, TileVectors) = BestTile();
        Blocks = Cut.Parts(Vectors, TileVectors);
        OutPitch = Form == WeightGradientForm.OutputByInput ? OutChannels : TileVectors * Lanes;
        ResultPitch = Vectors * Lanes;
        SegmentSize = (long)Rows * ResultPitch;
        KernelRowSize = Segments * SegmentSize;
        Size = Sections * geometry.KernelHeight * KernelRowSize;
    }

    /// <summary>What runs along the lanes.</summary>
    public WeightGradientForm Form { get; }

    /// <summary>Of a vector.</summary>
    public int Lanes { get; }

    /// <summary>How many there are.</summary>
    public int Sections { get; }

    /// <summary>Channels of a section's input.</summary>
    public int InChannels { get; }

    /// <summary>Channels of a section's output.</summary>
    public int OutChannels { get; }

    /// <summary>Whether the input is read where it is.</summary>
    public bool InPlace { get; }

    /// <summary>From one pixel of the input to the next, as tiles see it, in elements.</summary>
    public int InPitch { get; }

    /// <summary>From one pixel of the output's gradient to the next in scratch.</summary>
    public int OutPitch { get; }

    /// <summary>Segments of a row of the kernel.</summary>
    public int Segments { get; }

    /// <summary>Elements of a segment.</summary>
    public int SegmentLength { get; }

    /// <summary>Rows of sums of a segment.</summary>
    public int Rows => Form == WeightGradientForm.OutputByInput ? OutChannels : SegmentLength;

    /// <summary>Vectors of a row of sums.</summary>
    public int Vectors { get; }

    /// <summary>Rows of a register tile, at the most.</summary>
    public int TileRows { get; }

    /// <summary>Vectors of a register tile, at the most.</summary>
    public int TileVectors { get; }

    /// <summary>Blocks of vectors, each of a tile's width.</summary>
    public int Blocks { get; }

    /// <summary>From one row of sums to the next, in elements.</summary>
    public int ResultPitch { get; }

    /// <summary>Sums of a segment.</summary>
    public long SegmentSize { get; }

    /// <summary>Sums of a row of the kernel.</summary>
    public long KernelRowSize { get; }

    /// <summary>All sums.</summary>
    public long Size { get; }

    /// <summary>Vectors of a block.</summary>
    public int BlockVectors(int block) =>
        Form == WeightGradientForm.OutputByInput ? Share(Vectors, Blocks, block) : Math.Min(TileVectors, Vectors - block * TileVectors);

    /// <summary>A block's first vector.</summary>
    public int BlockStart(int block) =>
        Form == WeightGradientForm.OutputByInput ? Cut.Part(Vectors, Blocks, block).Start : block * TileVectors;

    private static int Share(int count, int parts, int part)
    {
        (int start, int end) = Cut.Part(count, parts, part);
        return end - start;
    }

    private double Filled(int count) => (double)count / Cut.Covering(count, Lanes);

    /// <summary>The register tile with the fewest estimated cycles for a row of the kernel.</summary>
    private (int Rows, int Vectors) BestTile()
    {
        int accumulators = TileSpec.MaxAccumulators(width);
        (int Rows, int Vectors) best = (1, 1);
        double least = double.MaxValue;
        int most = Math.Min(Vectors, Form == WeightGradientForm.OutputByInput ? 8 : 4);
        for (int v = 1; v <= most; v++)
        {
            int high = Math.Min(Rows, Math.Max(1, accumulators / v));
            int tiles = Cut.Parts(Rows, high);
            double cost = 0;
            int parts = Cut.Parts(Vectors, v);
            for (int part = 0; part < parts; part++)
            {
                int wide = Form == WeightGradientForm.OutputByInput ? Share(Vectors, parts, part) : Math.Min(v, Vectors - part * v);
                for (int tile = 0; tile < tiles; tile++)
                {
                    TileLeft left = Form == WeightGradientForm.Depthwise ? TileLeft.Columns : TileLeft.Broadcast;
                    cost += TileSpec.StepCycles(left, Share(Rows, tiles, tile), wide) + 0.2;
                }
            }

            if (cost >= least) continue;
            least = cost;
            best = (high, v);
        }

        return best;
    }
}
