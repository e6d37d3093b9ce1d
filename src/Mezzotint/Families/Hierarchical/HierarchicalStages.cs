namespace Mezzotint.Families.Hierarchical;

/// <summary>
/// Which generators move at which step: each level's alone, one level after another, and then all together. Everything is a function of the
/// step's number, so a training that is resumed is in the stage it would have been in.
/// </summary>
internal sealed class HierarchicalStages
{
    private readonly long[] _begins;
    private readonly long _steps;

    /// <summary>Stages of a training.</summary>
    /// <param name="alone">The steps of each level alone.</param>
    /// <param name="steps">The steps of the training.</param>
    public HierarchicalStages(IReadOnlyList<int> alone, long steps)
    {
        _steps = steps;
        _begins = new long[alone.Count + 1];
        for (int level = 0; level < alone.Count; level++) _begins[level + 1] = _begins[level] + alone[level];
    }

    /// <summary>Levels, and the number of the stage in which all move.</summary>
    public int Levels => _begins.Length - 1;

    /// <summary>The stage of a step: the level that moves alone, or <see cref="Levels"/> for all together.</summary>
    /// <param name="step">Which step it is, from 1.</param>
    public int At(long step)
    {
        int stage = 0;
        while (stage < Levels && step > _begins[stage + 1]) stage++;
        return stage;
    }

    /// <summary>The levels that move in a stage.</summary>
    public IReadOnlyList<int> LevelsOf(int stage) => stage < Levels ? [stage] : [.. Enumerable.Range(0, Levels)];

    /// <summary>How often a level has moved when a step is done.</summary>
    /// <param name="level">From 0.</param>
    /// <param name="step">The step, from 1; 0 for before the first.</param>
    public long MovesOf(int level, long step) =>
        Math.Clamp(step - _begins[level], 0, _begins[level + 1] - _begins[level]) + Math.Max(0, step - _begins[^1]);

    /// <summary>How often a level moves in the whole training.</summary>
    public long MovesOf(int level) => MovesOf(level, _steps);
}
