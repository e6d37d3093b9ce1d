using Mezzotint.Data.Pairs;
using Mezzotint.Imaging;
using Mezzotint.Imaging.Files;

namespace Mezzotint.Data.Examination;

/// <summary>Reads pictures to their last pixel and notes what they are like, as they are learned.</summary>
/// <param name="needs">What is asked of them.</param>
/// <param name="budget">Memory for pixels.</param>
internal sealed class PictureExamination(DataNeeds needs, PixelBudget budget)
{
    private const int Opaque = 250; // what resampling an opaque channel may leave

    private static readonly (byte[] Head, string Name)[] Others =
    [
        ("GIF8"u8.ToArray(), "a GIF"), ("BM"u8.ToArray(), "a BMP"), ("<!"u8.ToArray(), "a web page"), ("<h"u8.ToArray(), "a web page"),
        ("<?xml"u8.ToArray(), "XML"), ("<svg"u8.ToArray(), "an SVG drawing"), ("%PDF"u8.ToArray(), "a PDF"), ("PK"u8.ToArray(), "a zip archive"),
        ("8BPS"u8.ToArray(), "a Photoshop file"), ("version https://git-lfs"u8.ToArray(), "a pointer of Git LFS"),
    ];

    /// <summary>Reads a picture.</summary>
    /// <exception cref="PictureException">There is no libvips.</exception>
    public void Examine(ExaminedImage image)
    {
        try
        {
            var info = new FileInfo(image.Path);
            if (info.LinkTarget is not null && info.ResolveLinkTarget(returnFinalTarget: true) is not { Exists: true })
            {
                (image.Fault, image.Reason) = (FindingKind.Unreadable, "it is a link to a file that is not there");
                return;
            }

            if (info.Length == 0)
            {
                (image.Fault, image.Reason) = (FindingKind.Truncated, "the file is empty");
                return;
            }

            if (PictureFormats.OfFile(image.Path) is null)
            {
                (image.Fault, image.Reason) = (FindingKind.NotAPicture, Guess(image.Path));
                return;
            }

            image.Header = Picture.ReadHeader(image.Path);
            using PixelBudget.Taken _ = budget.Take(Bytes(image.Header));
            Look(image, Picture.Load(image.Path));
        }
        catch (PictureException fault) when (fault.InnerException is not DllNotFoundException)
        {
            // Of a container that is not whole its header says so already.
            bool cut = image.Header is not null || fault.InnerException is InvalidDataException;
            (image.Fault, image.Reason) = (cut ? FindingKind.Truncated : FindingKind.Unreadable, Clause(fault.Message, image.Path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            (image.Fault, image.Reason) = (FindingKind.Unreadable, fault.Message.TrimEnd('.'));
        }
    }

    /// <summary>Half of a side-by-side picture.</summary>
    public static Picture Half(Picture both, PairSide side) =>
        both.Crop(side == PairSide.Left ? 0 : both.Width / 2, 0, both.Width / 2, both.Height);

    private void Look(ExaminedImage image, Picture picture)
    {
        if (image.Role == ImageRole.Instances)
        {
            if (picture.Channels is not (1 or 3)) image.LabelFault = $"it has {picture.Channels} channels, and an instance map has one, or three of 8 bits";
            return;
        }

        if (image.Role == ImageRole.Labels)
        {
            image.Signature = ImageSignature.Of(picture);
            Count(image, picture);
            if (image.LabelFault is null) image.Structure = PairStructure.Of(picture, HoldsNumbers);
            return;
        }

        image.Transparent = picture.HasAlpha && IsTransparent(picture.Channel(picture.Channels - 1).WithBitDepth(8));
        Picture learned = TrainingChannels.Fit(image.Header!, needs.Channels) ? TrainingChannels.Of(picture, needs.Channels) : picture;
        image.Signature = ImageSignature.Of(learned);
        if (needs.Arrangement == DataArrangement.Folders) image.Structure = PairStructure.Of(learned, isMap: false);
        if (needs.Arrangement != DataArrangement.SideBySide || picture.Width < 2) return;
        Picture given = Half(picture, needs.InputSide);
        image.InputStructure = PairStructure.Of(given, HoldsNumbers);
        image.Structure = PairStructure.Of(Half(picture, needs.InputSide == PairSide.Left ? PairSide.Right : PairSide.Left), isMap: false);
        if (needs.Labels is not null) Count(image, given);
    }

    private bool HoldsNumbers => needs.Labels is { Palette: null };

    private void Count(ExaminedImage image, Picture map)
    {
        var pixels = new long[needs.Labels!.Classes + 1];
        try
        {
            image.Strangers = needs.Labels.Count(map, image.Path, pixels);
            image.Labels = pixels;
        }
        catch (TrainingDataException fault)
        {
            image.LabelFault = Clause(fault.Message, image.Path);
        }
    }

    private static bool IsTransparent(Picture alpha)
    {
        var samples = new byte[alpha.Width * alpha.Height];
        alpha.CopyTo(samples);
        return samples.AsSpan().IndexOfAnyInRange((byte)0, (byte)(Opaque - 1)) >= 0;
    }

    /// <summary>The picture, what decoding holds beside it, and a copy of its samples.</summary>
    private static long Bytes(PictureHeader header) => 3L * header.Width * header.Height * header.Channels * (header.BitDepth / 8);

    private static string Guess(string path)
    {
        Span<byte> head = stackalloc byte[32];
        using FileStream file = InputFile.Open(path);
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        foreach ((byte[] known, string name) in Others)
            if (head.StartsWith(known)) return $"it is {name}";
        return "its first bytes are of no known picture";
    }

    /// <summary>What a sentence says of a file, without the file and what to do.</summary>
    private static string Clause(string sentence, string path) =>
        sentence.Replace($"{path}: ", "", StringComparison.Ordinal).Replace($"'{path}' ", "it ", StringComparison.Ordinal).Split(';')[0].TrimEnd('.');
}
