using System.Globalization;

namespace Mezzotint.Data.Examination;

/// <summary>What findings are called, and what is to be done about them.</summary>
internal static class FindingText
{
    /// <summary>What was found, with how many.</summary>
    public static string Title(FindingKind kind, int count, DataNeeds needs)
    {
        (string one, string many) = kind switch
        {
            FindingKind.NothingUsable => ("place without anything to learn from", "places without anything to learn from"),
            FindingKind.NotAPicture => ("file is no picture, whatever its ending says", "files are no pictures, whatever their endings say"),
            FindingKind.Unreadable => ("picture cannot be read", "pictures cannot be read"),
            FindingKind.Truncated => ("picture is cut short or damaged", "pictures are cut short or damaged"),
            FindingKind.BrokenIdx => ("IDX file is broken", "IDX files are broken"),
            FindingKind.NoPartner => ("picture has no partner", "pictures have no partner"),
            FindingKind.OneName => ("picture has another's name", "pictures have another's name"),
            FindingKind.PairSizes => ("pair differs in size", "pairs differ in size"),
            FindingKind.Mispaired => ("sign that partners do not belong together", "signs that partners do not belong together"),
            FindingKind.OddWidth => ("side-by-side picture has an odd width", "side-by-side pictures have an odd width"),
            FindingKind.NoPair => ("picture is likely no pair", "pictures are likely no pairs"),
            FindingKind.WrongSize => ("picture has another size than it must", "pictures have another size than they must"),
            FindingKind.MapChannels => ("map has channels that none has", "maps have channels that none have"),
            FindingKind.LabelOutOfRange => ("file has labels that stand for no class", "files have labels that stand for no class"),
            FindingKind.LossyLabels => ("label map in numbers is stored with loss", "label maps in numbers are stored with loss"),
            FindingKind.WrongClasses => ("thing is wrong with the classes", "things are wrong with the classes"),
            FindingKind.AbsentClass => ("class never occurs", "classes never occur"),
            FindingKind.RareClass => ("class is rare", "classes are rare"),
            FindingKind.Tiny => ("picture is too small", "pictures are too small"),
            FindingKind.WrongChannels => ("picture has channels that are not learned from", "pictures have channels that are not learned from"),
            FindingKind.Transparent => ("picture is transparent", "pictures are transparent"),
            FindingKind.OpaqueAlpha => ("picture has an alpha channel, opaque throughout", "pictures have an alpha channel, opaque throughout"),
            FindingKind.Cmyk => ("picture is of inks (CMYK)", "pictures are of inks (CMYK)"),
            FindingKind.MixedColour => ("picture is unlike the others in having colour or none", "pictures are unlike the others in having colour or none"),
            FindingKind.Leak => ("picture to learn from is in the validation data too", "pictures to learn from are in the validation data too"),
            FindingKind.NearLeak => ("picture to learn from is nearly in the validation data", "pictures to learn from are nearly in the validation data"),
            FindingKind.Contradiction => ("picture is in several classes", "pictures are in several classes"),
            FindingKind.Duplicate => ("picture is there again", "pictures are there again"),
            FindingKind.NearDuplicate => ("picture is nearly another", "pictures are nearly another"),
            FindingKind.WrongEnding => ("picture is of another format than its ending says", "pictures are of another format than their endings say"),
            FindingKind.Pages => ("picture has several pages or frames", "pictures have several pages or frames"),
            FindingKind.PassedBy => ("picture is passed by", "pictures are passed by"),
            _ => ("folder has no pictures", "folders have no pictures"),
        };
        string counted = string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)}");
        return kind is FindingKind.Tiny
            ? string.Create(CultureInfo.InvariantCulture, $"{counted}: under {needs.LeastWidth}x{needs.LeastHeight}{(needs.Arrangement == DataArrangement.SideBySide ? " a half" : "")}")
            : counted;
    }

    /// <summary>What to do about it, of one file.</summary>
    public static string Remedy(FindingKind kind, DataNeeds needs) => kind switch
    {
        FindingKind.NothingUsable => "Give another folder, or another recipe.",
        FindingKind.NotAPicture => "Remove each, or fetch it again: what was saved is likely an error page or another kind of file.",
        FindingKind.Unreadable => "Save each as PNG or JPEG with another program, or remove it.",
        FindingKind.Truncated => "Get a whole copy of each, or remove it.",
        FindingKind.BrokenIdx => "Get a whole copy, with the labels that belong to it.",
        FindingKind.NoPartner => "Give each its partner, of the same name, or remove it.",
        FindingKind.OneName => "Rename or remove one of each.",
        FindingKind.PairSizes => "Make the two of one size, or remove both; do not resize label maps with interpolation.",
        FindingKind.Mispaired => "Look at each, and give it its own partner.",
        FindingKind.OddWidth => "Make each again, as two pictures of one width beside each other.",
        FindingKind.NoPair => "Half as wide as the others, each is likely one picture alone: remove it, or put its partner beside.",
        FindingKind.WrongSize => needs.Images?.Layout == ImageLayout.Sheets
            ? "A sheet's rows are square images: its width is a square number. Remove the others."
            : "Set data.size to the side that all are to be brought to, or remove those of other sizes.",
        FindingKind.MapChannels => "Save each as PNG with one channel of 8 or 16 bits; for label maps in colours set data.input to colours, and data.palette.",
        FindingKind.LabelOutOfRange => needs.Labels?.Palette is not null
            ? "Add the colours to the palette, or repair the maps."
            : needs.Labels is not null
                ? "Raise data.classes, name the labels that say nothing in data.void, or repair the maps."
                : "Set classes to the number that the labels need, or repair the labels.",
        FindingKind.LossyLabels => "JPEG and its like change numbers: make the label maps again as PNG.",
        FindingKind.WrongClasses => "Set the recipe's classes to those that the data have, or sort the data into the recipe's.",
        FindingKind.AbsentClass => "Nothing will be learned of each: add examples, or leave it out of the recipe.",
        FindingKind.RareClass => "Less will be learned of each than of others: add examples, or be content.",
        FindingKind.Tiny => needs.Enlarges
            ? "Each is enlarged, and its blur is learned: remove it, or train at a smaller size."
            : "Each is left out: remove it, or train with smaller crops.",
        FindingKind.WrongChannels => needs.Channels is 1 or 3
            ? "Each is left out: save it in grey or colour, or remove it."
            : $"Each is left out: the recipe's data.channels is {needs.Channels}.",
        FindingKind.Transparent => "Each is laid over white, which is learned: lay it over what it is meant to lie on.",
        FindingKind.OpaqueAlpha => "Nothing need be done: the channel is left away.",
        FindingKind.Cmyk => "Each becomes sRGB by its profile or, without one, by a generic one, which may not be what was meant: save it as sRGB.",
        FindingKind.MixedColour when needs.Arrangement != DataArrangement.Images => "What is grey is learned as three equal colours, which does no harm: remove it if it is not meant.",
        FindingKind.MixedColour => "A generator learns to make both: remove what is not meant, or set data.channels to 1 for grey alone.",
        FindingKind.Leak or FindingKind.NearLeak => "A score on what was learned says nothing: remove each from the training data.",
        FindingKind.Contradiction => "Leave each in the class that is right.",
        FindingKind.Duplicate => "Each is learned as often as it is there: remove all but one.",
        FindingKind.NearDuplicate => "Frames of a video and recompressed copies weigh as much as they are many: look at some, and keep those you mean.",
        FindingKind.WrongEnding => "Formats are told by contents, so nothing breaks here; rename each for other programs.",
        FindingKind.Pages => "The first page or frame alone is used: save the others as files of their own if they are wanted.",
        FindingKind.PassedBy => "No training looks for such a file: convert each to PNG or JPEG, or rename it, if it is wanted.",
        _ => "Remove each, or fetch what should be in it.",
    };

    /// <summary>What a gravity is called.</summary>
    public static string Of(FindingGravity gravity) => gravity switch
    {
        FindingGravity.Breaks => "breaks the training",
        FindingGravity.Spoils => "spoils the training",
        _ => "to know",
    };
}
