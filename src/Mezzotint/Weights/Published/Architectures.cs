using Mezzotint.Layers;
using Mezzotint.Networks;

namespace Mezzotint.Weights.Published;

/// <summary>The networks that are known by what others save of them.</summary>
internal static class Architectures
{
    private const double SomewhatNear = 0.1;
    private const int MostParts = 64;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Architecture> All { get; } =
    [
        new SrganArchitecture(), new MsrResNetArchitecture(), .. VersionedSrResNetArchitecture.All, .. EdsrArchitecture.All, new ImdnArchitecture(), new SrVggArchitecture(),
        .. RrdbArchitecture.All, new DcganArchitecture(), new DenseVaeArchitecture(), new UNetArchitecture(), .. Pix2PixHDArchitecture.All, new DenseGeneratorArchitecture(),
    ];

    /// <summary>Which architecture a state is of and with what sizes, or null.</summary>
    /// <param name="state">The state; of a larger module, say of a generator and its discriminator, that part is taken which is of an
    /// architecture.</param>
    /// <exception cref="WeightsException">Several parts are; they are named.</exception>
    public static (Architecture Architecture, NetworkDescription Network, PublishedState State)? Recognise(PublishedState state)
    {
        if (RecogniseWhole(state) is { } found) return (found.Architecture, found.Network, state);
        var parts = new List<(string Name, Architecture Architecture, NetworkDescription Network, PublishedState State)>();
        foreach ((string name, PublishedState part) in state.Parts().Take(MostParts))
            if (RecogniseWhole(part) is { } within) parts.Add((name, within.Architecture, within.Network, part));
        if (parts.Count > 1 && parts.FindAll(part => IsAverage(part.Name)) is [var average]) parts = [average];
        return parts switch
        {
            [] => null,
            [var (_, architecture, network, part)] => (architecture, network, part),
            _ => throw new WeightsException(
                $"'{state.Path}' holds several networks, {string.Join(", ", parts.Select(part => $"'{part.Name}'"))}; "
                + $"write the one that is meant to a file of its own: mezzo export FILE --part {parts[0].Name} -o model.safetensors."),
        };
    }

    private static (Architecture Architecture, NetworkDescription Network)? RecogniseWhole(PublishedState state)
    {
        foreach (Architecture architecture in All)
            if (architecture.Recognise(state) is { } network) return (architecture, network);
        return null;
    }

    private static bool IsAverage(string name) => name.Contains("ema", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// What a state that is of no architecture is like, as a clause: another network of the field, the nearest architecture, or none of
    /// those known.
    /// </summary>
    public static string Likeness(PublishedState state)
    {
        if (OtherNetworks.NameOf(state) is { } other) return $"by its names it is {other}, which is not run here; known are {Known()}";
        return NearestTo(state) is { } nearest ? $"it is nearest to {nearest.Name}: {nearest.DifferenceTo(state)}" : $"known are {Known()}";

        static string Known() => string.Join(", ", All.Select(architecture => architecture.Name));
    }

    /// <summary>The architecture that a state shares most names with, or null where it shares next to none.</summary>
    private static Architecture? NearestTo(PublishedState state) =>
        All.Select(architecture => (Architecture: architecture, Nearness: architecture.Nearness(state)))
            .Where(candidate => candidate.Nearness >= SomewhatNear)
            .OrderByDescending(candidate => candidate.Nearness)
            .Select(candidate => candidate.Architecture)
            .FirstOrDefault();

    /// <summary>Reads the network that a file was saved from.</summary>
    /// <param name="path">The file.</param>
    /// <param name="part">Which part of it, as <see cref="WeightsFile.Read"/> has it.</param>
    /// <exception cref="WeightsException">The file is broken, of no architecture that is known, or not quite of one; what differs is
    /// said.</exception>
    public static (NetworkDescription Description, Module Network) Read(string path, string? part = null)
    {
        PublishedState state = PublishedState.Read(path, part);
        if (Recognise(state) is { } found) return (found.Network, found.Architecture.Build(found.State, found.Network));
        throw new WeightsException(
            $"'{path}' holds weights of no network that is known; {Likeness(state)} ('mezzo inspect' lists what is there).");
    }
}
