using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Cpu;

/// <summary>
/// The gradient of a convolution by its weights. Operands: input, gradient of the output, gradient of the weights. For each row of the
/// kernel it is a matrix product over pixels, of what the row covers of the input with the output's gradient: whichever of the two fills
/// vectors better runs along the lanes. Output pixels are cut into chunks by sizes alone; phase 0 sums each chunk, phase 1 adds up the
/// chunks in order.
/// </summary>
internal sealed unsafe class ConvolutionWeightGradientKernel : Kernel
{
    private const int RowPart = 256;

    private readonly ConvolutionGeometry geometry;
    private readonly ConvolutionWindow window;
    private readonly ImagePitches inputPitches, gradientPitches;
    private readonly VectorWidth width;
    private readonly TileCache cache;
    private readonly WeightGradientLayout layout;
    private readonly WeightGradientBands bands;
    private readonly long rowPitch, imagePitch, bandBytes;  // of the input as tiles see it
    private readonly bool direct;                           // there are no partial sums
    private readonly TileFunction?[] functions;

    /// <summary>The gradient of a convolution; its input and the gradient of its output are dense unless said otherwise.</summary>
    public ConvolutionWeightGradientKernel(
        ConvolutionGeometry geometry, VectorWidth width, TileCache? cache = null, ImagePitches? input = null, ImagePitches? gradient = null)
    {
        inputPitches = input ?? ImagePitches.Dense(geometry.Height, geometry.Width, geometry.InChannels);
        gradientPitches = gradient ?? ImagePitches.Dense(geometry.OutHeight, geometry.OutWidth, geometry.OutChannels);
        this.geometry = geometry;
        this.width = width;
        this.cache = cache ?? TileCache.Shared;
        window = geometry.Window;
        layout = new WeightGradientLayout(geometry, inputPitches, width);
        bands = new WeightGradientBands(geometry, layout);
        direct = layout.Form == WeightGradientForm.InputByOutput && bands.Chunks == 1 && layout.OutChannels % layout.Lanes == 0;
        rowPitch = layout.InPlace ? inputPitches.Row : (long)bands.SourceColumns(bands.Columns) * layout.InPitch;
        imagePitch = layout.InPlace ? inputPitches.Image : bands.SourceRows(bands.Rows, bands.TaskTaps) * rowPitch;
        bandBytes = layout.InPlace ? 0 : ScratchRegion.Align((bands.Images * imagePitch + ImageBand.Slack) * sizeof(float));
        functions = new TileFunction?[(layout.TileRows + 1) * (layout.TileVectors + 1)];
    }

    /// <inheritdoc/>
    public override string Algorithm => "direct";

    public override int Phases => direct ? 1 : 2;

    public override long WorkspaceBytes => direct ? 0 : bands.Chunks * layout.Size * sizeof(float);

    public override long ScratchBytes =>
        bandBytes + ScratchRegion.Align((long)bands.Images * bands.Rows * bands.Columns * layout.OutPitch * bands.TaskBlocks * sizeof(float)
            + ImageBand.Slack * sizeof(float));

    public override int TaskCount(int phase) => phase == 0 ? bands.Tasks : geometry.KernelHeight * geometry.KernelWidth;

    public override void Run(int phase, int task, in KernelArguments arguments, byte* scratch)
    {
        if (phase == 0) Sum(bands.Task(task), arguments, scratch);
        else AddChunks(task, arguments);
    }

    private void Sum(in WeightGradientTask task, in KernelArguments arguments, byte* scratch)
    {
        float* input = (float*)scratch, gradient = (float*)(scratch + bandBytes);
        var source = new ImageBand(
            geometry.Height, geometry.Width, geometry.InChannels, inputPitches, task.Section * layout.InChannels, layout.InChannels, layout.InPitch,
            rowPitch, imagePitch);
        for (int index = task.FirstBand; index < task.EndBand; index++)
        {
            WeightGradientBand band = bands[index];
            int top = band.FirstRow * window.StrideY + task.FirstTap * window.DilationY - window.PadTop;
            int left = band.FirstColumn * window.StrideX - window.PadLeft;
            if (layout.InPlace)
            {
                input = arguments.Operands[0] + band.FirstImage * imagePitch + top * rowPitch + (long)left * layout.InPitch
                    + task.Section * layout.InChannels;
            }
            else
            {
                source.Copy(
                    arguments.Operands[0], input, band.FirstImage, band.Images, top, bands.SourceRows(band.Rows, task.EndTap - task.FirstTap), left,
                    bands.SourceColumns(band.Columns), bands.RowStep);
            }

            CopyGradient(task, band, arguments.Operands[1], gradient);
            for (int block = task.FirstBlock; block < task.EndBlock; block++)
            {
                for (int tap = task.FirstTap; tap < task.EndTap; tap++)
                {
                    float* results = direct
                        ? arguments.Operands[2] + (long)tap * geometry.KernelWidth * layout.InChannels * geometry.OutChannels
                            + task.Section * layout.OutChannels
                        : (float*)arguments.Workspace + task.Chunk * layout.Size
                            + (task.Section * geometry.KernelHeight + tap) * layout.KernelRowSize;
                    Tiles(
                        input + (long)(tap - task.FirstTap) * window.DilationY * rowPitch, gradient + Panel(task, band, block), results, block, band,
                        accumulate: index > task.FirstBand);
                }
            }
        }
    }

    /// <summary>
    /// Where a block's gradient of a band lies in scratch: blocks' panels lie one after the other; the last block may be narrower, its panel
    /// is not. Where the gradient's channels are the rows, all blocks share one.
    /// </summary>
    private long Panel(in WeightGradientTask task, in WeightGradientBand band, int block) => layout.Form == WeightGradientForm.OutputByInput
        ? 0 : (long)(block - task.FirstBlock) * band.Images * band.Rows * band.Columns * layout.OutPitch;

    private void CopyGradient(in WeightGradientTask task, in WeightGradientBand band, float* from, float* to)
    {
        bool shared = layout.Form == WeightGradientForm.OutputByInput;
        for (int block = task.FirstBlock; block < (shared ? task.FirstBlock + 1 : task.EndBlock); block++)
        {
            int first = shared ? 0 : block * layout.OutPitch, pitch = shared ? layout.OutPitch : layout.BlockVectors(block) * layout.Lanes;
            new ImageBand(
                geometry.OutHeight, geometry.OutWidth, geometry.OutChannels, gradientPitches, task.Section * layout.OutChannels + first,
                Math.Min(layout.OutChannels - first, pitch), pitch, (long)band.Columns * pitch, (long)band.Rows * band.Columns * pitch)
                .Copy(
                    from, to + Panel(task, band, block), band.FirstImage, band.Images, band.FirstRow, band.Rows, band.FirstColumn, band.Columns);
        }
    }

    /// <summary>Adds a band to the sums of one row of the kernel and one block of vectors.</summary>
    private void Tiles(float* input, float* gradient, float* results, int block, in WeightGradientBand band, bool accumulate)
    {
        int blockVectors = layout.BlockVectors(block), start = layout.BlockStart(block) * layout.Lanes;
        int pitch = direct ? geometry.OutChannels : layout.ResultPitch;
        var call = new TileCall
        {
            Outer = band.Images,
            Inner = band.Rows,
            Steps = band.Columns,
            CRow = pitch * sizeof(float),
            Accumulate = accumulate ? 1 : 0,
        };
        if (layout.Form == WeightGradientForm.OutputByInput)
        {
            long step = (long)window.StrideX * layout.InPitch, row = bands.RowStride * rowPitch;
            call.AInner = (long)band.Columns * layout.OutPitch * sizeof(float);
            call.AOuter = band.Rows * call.AInner;
            call.BInner = (row - band.Columns * step) * sizeof(float);
            call.BOuter = (imagePitch - band.Rows * row) * sizeof(float);
        }
        else
        {
            call.AInner = bands.RowStride * rowPitch * sizeof(float);
            call.AOuter = imagePitch * sizeof(float);
        }

        for (int segment = 0; segment < layout.Segments; segment++)
        {
            float* run = input + (long)segment * window.DilationX * layout.InPitch;
            bool inputRight = layout.Form == WeightGradientForm.OutputByInput, depthwise = layout.Form == WeightGradientForm.Depthwise;
            float* left = inputRight ? gradient : depthwise ? run + start : run, right = inputRight ? run + start : gradient;
            long leftRow = depthwise ? window.DilationX * layout.InPitch : 1;
            float* target = results + (direct ? (long)segment * layout.SegmentLength * pitch : segment * layout.SegmentSize) + start;
            for (int first = 0; first < layout.Rows;)
            {
                (int tiles, int rows) = Cut.Run(layout.Rows - first, layout.TileRows);
                call.A = left + first * leftRow;
                call.B = right;
                call.C = target + (long)first * pitch;
                call.Repeat(tiles, rows, leftRow * sizeof(float));
                Function(rows, blockVectors)(&call);
                first += tiles * rows;
            }
        }
    }

    private TileFunction Function(int rows, int blockVectors)
    {
        int index = rows * (layout.TileVectors + 1) + blockVectors;
        return functions[index] ??= cache.Get(Spec(rows, blockVectors));
    }

    private TileSpec Spec(int rows, int blockVectors)
    {
        int input = window.StrideX * layout.InPitch * sizeof(float), gradient = blockVectors * layout.Lanes * sizeof(float);
        return layout.Form switch
        {
            WeightGradientForm.InputByOutput => new TileSpec(
                width, TileLeft.Broadcast, 1, rows, blockVectors, 0, sizeof(float), StepA: input, StepB: gradient),
            WeightGradientForm.OutputByInput => new TileSpec(
                width, TileLeft.Broadcast, 1, rows, blockVectors, 0, sizeof(float), StepA: layout.OutPitch * sizeof(float), StepB: input),
            _ => new TileSpec(
                width, TileLeft.Columns, 1, rows, blockVectors, 0, window.DilationX * layout.InPitch * sizeof(float), StepA: input, StepB: gradient),
        };
    }

    /// <summary>Adds up the chunks for one tap of the kernel.</summary>
    private void AddChunks(int task, in KernelArguments arguments)
    {
        int tapY = task / geometry.KernelWidth, tapX = task % geometry.KernelWidth;
        float* partials = (float*)arguments.Workspace;
        int channels = geometry.InChannelsPerGroup;
        float* row = stackalloc float[RowPart];
        float* result = arguments.Operands[2] + (long)task * channels * geometry.OutChannels;
        for (int section = 0; section < layout.Sections; section++)
        {
            float* sums = partials + (section * geometry.KernelHeight + tapY) * layout.KernelRowSize;
            switch (layout.Form)
            {
                case WeightGradientForm.Depthwise:
                    int first = section * layout.OutChannels;
                    AddRow(sums + (long)tapX * layout.ResultPitch, result + first, Math.Min(layout.OutChannels, geometry.OutChannels - first));
                    break;
                case WeightGradientForm.InputByOutput when layout.OutChannels == layout.ResultPitch && layout.Sections == 1:
                    AddRow(sums + (long)tapX * channels * layout.ResultPitch, result, channels * layout.OutChannels);
                    break;
                case WeightGradientForm.InputByOutput:
                    for (int c = 0; c < channels; c++)
                    {
                        // Runs are one after the other, so it does not matter here whether the taps were one run or several.
                        AddRow(
                            sums + (long)(tapX * channels + c) * layout.ResultPitch,
                            result + (long)c * geometry.OutChannels + section * layout.OutChannels, layout.OutChannels);
                    }
                    break;
                default:
                    float* segment = layout.Segments == 1 ? sums + tapX * channels : sums + tapX * layout.SegmentSize;
                    for (int o = 0; o < layout.OutChannels; o++)
                    {
                        for (int start = 0; start < channels; start += RowPart)
                        {
                            int count = Math.Min(RowPart, channels - start);
                            AddRow(segment + (long)o * layout.ResultPitch + start, row, count);
                            float* to = result + (long)start * geometry.OutChannels + section * layout.OutChannels + o;
                            for (int c = 0; c < count; c++) to[(long)c * geometry.OutChannels] = row[c];
                        }
                    }
                    break;
            }
        }
    }

    /// <summary>Adds up the chunks of adjacent sums.</summary>
    private void AddRow(float* sums, float* result, int count) => Panels.AddUp(sums, layout.Size, bands.Chunks, result, count);
}
