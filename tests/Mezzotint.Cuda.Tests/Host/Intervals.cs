namespace Mezzotint.Cuda.Tests.Host;

/// <summary>A set of numbers as stretches.</summary>
internal sealed class Intervals
{
    private readonly List<(long First, long End)> _stretches = [];

    public void Add(long first, long end)
    {
        foreach ((long otherFirst, long otherEnd) in _stretches.Where(other => other.First <= end && first <= other.End).ToArray())
        {
            (first, end) = (Math.Min(first, otherFirst), Math.Max(end, otherEnd));
            _stretches.Remove((otherFirst, otherEnd));
        }

        _stretches.Add((first, end));
    }

    public bool Covers(long first, long end) => _stretches.Exists(stretch => stretch.First <= first && end <= stretch.End);
}
