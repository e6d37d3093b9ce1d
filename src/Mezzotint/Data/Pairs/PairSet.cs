using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mezzotint.Imaging;

namespace Mezzotint.Data.Pairs;

/// <summary>The half of a side-by-side pair in which something lies.</summary>
public enum PairSide
{
    /// <summary>The left half.</summary>
    Left,

    /// <summary>The right half.</summary>
    Right,
}

/// <summary>Pairs of what is given and what is to come of it, in files; an order that depends on names alone.</summary>
public sealed class PairSet
{
    private readonly IReadOnlyList<string> _names;
    private readonly IReadOnlyList<string> _targets;
    private readonly Func<int, ImagePair> _load;

    private PairSet(IReadOnlyList<string> names, IReadOnlyList<string> targets, LabelScheme? scheme, Func<int, ImagePair> load)
    {
        (_names, _targets, Scheme, _load) = (names, targets, scheme, load);
        var text = new StringBuilder();
        Files = [.. names.Zip(targets, (name, target) => (name, new FileInfo(target).Length))];
        foreach ((string name, long bytes) in Files) text.Append(CultureInfo.InvariantCulture, $"{name}\0{bytes}\n");
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>How many pairs there are.</summary>
    public int Count => _names.Count;

    /// <summary>The pairs' names, and the lengths of the files of what is to come of their inputs.</summary>
    public IReadOnlyList<(string Name, long Bytes)> Files { get; }

    /// <summary>What the numbers of label maps mean; null where pictures are given.</summary>
    public LabelScheme? Scheme { get; }

    /// <summary>A digest of names and sizes, by which a resumed training notices other data.</summary>
    public string Fingerprint { get; }

    /// <summary>What a pair is called.</summary>
    public string NameOf(int index) => _names[index];

    /// <summary>Pictures that hold both, side by side.</summary>
    /// <param name="folders">The folders, searched with their subfolders.</param>
    /// <param name="input">The half that is given.</param>
    /// <param name="scheme">What its colours or numbers mean, where it is a label map; null for a picture.</param>
    /// <exception cref="TrainingDataException">A folder is missing, there is no picture, or one has an odd width.</exception>
    public static PairSet SideBySide(IReadOnlyList<string> folders, PairSide input, LabelScheme? scheme = null)
    {
        IReadOnlyList<Photograph> files = PhotographFolder.Open(folders).Photographs;
        if (files.FirstOrDefault(file => file.Width % 2 != 0) is { } odd)
            throw new TrainingDataException($"'{odd.Path}' is {odd.Width} pixels wide, which two pictures side by side cannot be.");
        return new PairSet([.. files.Select(file => file.Name)], [.. files.Select(file => file.Path)], scheme, index =>
        {
            Picture both = Picture.Load(files[index].Path);
            int width = both.Width / 2;
            Picture given = both.Crop(input == PairSide.Left ? 0 : width, 0, width, both.Height);
            Picture target = both.Crop(input == PairSide.Left ? width : 0, 0, width, both.Height);
            return Make(files[index].Name, given, files[index].Path, Colour(target), scheme, null);
        });
    }

    /// <summary>
    /// Two folders, or three, whose files have the same names but for their extension and an ending that all files of a folder have.
    /// </summary>
    /// <param name="inputs">What is given.</param>
    /// <param name="targets">What is to come of it.</param>
    /// <param name="instances">Instance maps; null for none.</param>
    /// <param name="scheme">What the inputs' colours or numbers mean, where they are label maps; null for pictures.</param>
    /// <exception cref="TrainingDataException">A folder is missing or empty, or a file has no partner.</exception>
    public static PairSet Folders(string inputs, string targets, string? instances = null, LabelScheme? scheme = null)
    {
        Dictionary<string, string> given = ByName(inputs), come = ByName(targets), belong = instances is null ? [] : ByName(instances);
        string[] names = [.. given.Keys.Order(StringComparer.Ordinal)];
        if (names.FirstOrDefault(name => !come.ContainsKey(name)) is { } lone)
            throw new TrainingDataException($"'{given[lone]}' has no partner in '{targets}'; give it one of the same name, or remove it.");
        if (come.Keys.FirstOrDefault(name => !given.ContainsKey(name)) is { } other)
            throw new TrainingDataException($"'{come[other]}' has no partner in '{inputs}'; give it one of the same name, or remove it.");
        if (instances is not null && names.FirstOrDefault(name => !belong.ContainsKey(name)) is { } whole)
            throw new TrainingDataException($"'{given[whole]}' has no instance map in '{instances}'; give it one of the same name.");
        return new PairSet(names, [.. names.Select(name => come[name])], scheme, index => Make(
            names[index], Picture.Load(given[names[index]]), given[names[index]], Colour(Picture.Load(come[names[index]])), scheme,
            instances is null ? null : belong[names[index]]));
    }

    /// <summary>Photographs alone; what is given will be made of them.</summary>
    /// <param name="folders">The folders, searched with their subfolders.</param>
    /// <exception cref="TrainingDataException">A folder is missing, or there is no usable picture.</exception>
    public static PairSet Photographs(IReadOnlyList<string> folders)
    {
        IReadOnlyList<Photograph> files = PhotographFolder.Open(folders).Photographs;
        return new PairSet(
            [.. files.Select(file => file.Name)], [.. files.Select(file => file.Path)], null,
            index => new ImagePair(files[index].Name, Colour(Picture.Load(files[index].Path))));
    }

    /// <summary>A part of the set, in order.</summary>
    /// <param name="start">The first.</param>
    /// <param name="count">How many.</param>
    public PairSet Range(int start, int count) => new(
        [.. _names.Skip(start).Take(count)], [.. _targets.Skip(start).Take(count)], Scheme, index => _load(start + index));

    /// <summary>Decodes a pair.</summary>
    /// <exception cref="PictureException">A file is no picture.</exception>
    /// <exception cref="TrainingDataException">The two differ in size, or a label stands for no class.</exception>
    public ImagePair Load(int index) => _load(index);

    private static ImagePair Make(string name, Picture given, string path, Picture target, LabelScheme? scheme, string? instances)
    {
        LabelMap? map = instances is null ? null : LabelMap.ReadInstances(instances);
        if ((given.Width, given.Height) != (target.Width, target.Height))
        {
            throw new TrainingDataException(
                $"'{path}' has {given.Width}x{given.Height} pixels and its partner {target.Width}x{target.Height}; the two of a pair have one size.");
        }

        if (map is not null && (map.Width, map.Height) != (target.Width, target.Height))
            throw new TrainingDataException($"The instance map '{instances}' has {map.Width}x{map.Height} pixels and its picture {target.Width}x{target.Height}.");
        return new ImagePair(name, target)
        {
            Input = scheme is null ? Colour(given) : null,
            Labels = scheme?.Read(given, path),
            Instances = map,
        };
    }

    private static Picture Colour(Picture picture) => picture.WithBitDepth(8).Flatten().ToColour();

    /// <summary>What the files of a folder are called as one of a pair: without their extension and the ending that all have.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">Its files, at least one.</param>
    internal static IReadOnlyList<string> NamesOf(string folder, IReadOnlyList<string> files)
    {
        string[] stems = Stems(folder, files);
        int ending = CommonEnding(stems);
        return [.. stems.Select(stem => stem[..^ending])];
    }

    /// <summary>The same where files have strayed into the folder that do not end like most: those keep their whole names.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">Its files, at least one.</param>
    internal static IReadOnlyList<string> NamesOfMost(string folder, IReadOnlyList<string> files)
    {
        string[] stems = Stems(folder, files);
        string[] most = [.. stems.GroupBy(stem => stem.LastIndexOf('_') is >= 0 and var at ? stem[at..] : "").MaxBy(group => group.Count())!];
        int length = CommonEnding(most);
        string ending = most[0][^length..];
        return [.. stems.Select(stem => length > 0 && stem.Length > length && stem.EndsWith(ending, StringComparison.Ordinal) ? stem[..^length] : stem)];
    }

    private static string[] Stems(string folder, IReadOnlyList<string> files) =>
        [.. files.Select(file => Path.ChangeExtension(Path.GetRelativePath(folder, file), null).Replace('\\', '/'))];

    private static Dictionary<string, string> ByName(string folder)
    {
        IReadOnlyList<string> files = PhotographFolder.List(folder);
        if (files.Count == 0) throw new TrainingDataException($"There is no picture in '{folder}'.");
        IReadOnlyList<string> names = NamesOf(folder, files);
        var byName = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < names.Count; i++)
        {
            if (!byName.TryAdd(names[i], files[i]))
                throw new TrainingDataException($"'{byName[names[i]]}' and '{files[i]}' have one name; remove one of them.");
        }

        return byName;
    }

    /// <summary>The length of the ending, from an underscore on, that all names have and that holds a letter.</summary>
    private static int CommonEnding(string[] stems)
    {
        string common = stems[0];
        foreach (string stem in stems)
        {
            int same = 0;
            while (same < common.Length && same < stem.Length && common[^(same + 1)] == stem[^(same + 1)]) same++;
            common = common[^same..];
        }

        // What is left must be a name: a single file's stem is not all ending, and a numbering is no ending.
        int first = common.IndexOf('_', stems.Length == 1 ? 1 : 0);
        for (; first >= 0; first = common.IndexOf('_', first + 1))
        {
            if (common[first..].Any(char.IsAsciiLetter) && stems.All(stem => stem.Length > common.Length - first)) return common.Length - first;
        }

        return 0;
    }
}
