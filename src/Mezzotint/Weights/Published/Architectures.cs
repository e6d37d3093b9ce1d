using Mezzotint.Layers;
using Mezzotint.Networks;

namespace Mezzotint.Weights.Published;

/// <summary>The networks that are known by what others save of them.</summary>
internal static class Architectures
{
    private const double SomewhatNear = 0.1;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Architecture> All { get; } =
    [
        new SrganArchitecture(), new ImdnArchitecture(), new SrVggArchitecture(), .. RrdbArchitecture.All, new DcganArchitecture(), new DenseVaeArchitecture(),
        new UNetArchitecture(), .. Pix2PixHDArchitecture.All, new DenseGeneratorArchitecture(),
    ];

    /// <summary>Which architecture a state is of and with what sizes, or null.</summary>
    public static (Architecture Architecture, NetworkDescription Network)? Recognise(PublishedState state)
    {
        foreach (Architecture architecture in All)
            if (architecture.Recognise(state) is { } network) return (architecture, network);
        return null;
    }

    /// <summary>The architecture that a state shares most names with, or null where it shares next to none.</summary>
    public static Architecture? NearestTo(PublishedState state) =>
        All.Select(architecture => (Architecture: architecture, Nearness: architecture.Nearness(state)))
            .Where(candidate => candidate.Nearness >= SomewhatNear)
            .OrderByDescending(candidate => candidate.Nearness)
            .Select(candidate => candidate.Architecture)
            .FirstOrDefault();

    /// <summary>Reads the network that a file was saved from.</summary>
    /// <exception cref="WeightsException">The file is broken, of no architecture that is known, or not quite of one; what differs is said.</exception>
    public static (NetworkDescription Description, Module Network) Read(string path)
    {
        PublishedState state = PublishedState.Read(path);
        if (Recognise(state) is { } found) return (found.Network, found.Architecture.Build(state, found.Network));
        string known = string.Join(", ", All.Select(architecture => architecture.Name));
        throw new WeightsException(NearestTo(state) is { } nearest
            ? $"'{path}' holds weights of no network that is known; it is nearest to {nearest.Name}: {nearest.DifferenceTo(state)} ('mezzo inspect' lists what is there)."
            : $"'{path}' holds weights of no network that is known; known are {known} ('mezzo inspect' lists what is there).");
    }
}
