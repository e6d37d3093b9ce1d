using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors.Planning;

/// <summary>One thing that a device does when it runs a plan. Operands are in the order the launch's kernel numbers them.</summary>
internal abstract record Launch(Operand[] Operands);

/// <summary>A loop nest.</summary>
/// <param name="Node">The last node that it computes.</param>
/// <param name="Nest">The nest.</param>
/// <param name="Operands">Where everything lies.</param>
internal sealed record LoopLaunch(int Node, LoopNest Nest, Operand[] Operands) : Launch(Operands);

/// <summary>
/// A heavy operation: its inputs' operands, then the operand of its result (of node -1 where the epilogue takes it), then the epilogue's.
/// </summary>
/// <param name="Node">The node it computes.</param>
/// <param name="Op">The operation.</param>
/// <param name="Inputs">How each input is read; dense but for matrix products.</param>
/// <param name="Output">The shape of the result.</param>
/// <param name="Epilogue"> A nest over the result's box that finishes it, or null. Its operand 0 is the raw result, wherever the kernel has
/// it; operand i is the launch's operand <c>Inputs.Length + i</c>.
/// </param>
/// <param name="Runs">For each axis of the result the run of the epilogue's axes that it is; the last alone may be more than one.</param>
/// <param name="Operands">Where everything lies.</param>
/// <param name="Moments">
/// The moments that are gathered of what it stores, or, if its operation is one, of its input; their operands come last.
/// </param>
internal sealed record HeavyLaunch(
    int Node, Op Op, View[] Inputs, Shape Output, LoopNest? Epilogue, int[][] Runs, Operand[] Operands, LaunchMoments? Moments = null) : Launch(Operands);

/// <summary>The moments that a launch gathers.</summary>
/// <param name="Of">How the elements lie that they are of.</param>
/// <param name="Axes">The axes they are taken over.</param>
/// <param name="Values">The launch's operand of those elements.</param>
/// <param name="Mean">The launch's operand of the mean, or -1 where it is not wanted.</param>
/// <param name="Variance">The launch's operand of the variance, or -1 where it is not wanted.</param>
internal sealed record LaunchMoments(View Of, IntList Axes, int Values, int Mean, int Variance);
