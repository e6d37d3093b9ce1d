using Mezzotint.Tensors;

namespace Mezzotint.Training;

/// <summary>What moves weights against a loss's gradients.</summary>
public interface IOptimizer
{
    /// <summary>What it remembers from step to step.</summary>
    IEnumerable<Variable> Variables { get; }

    /// <summary>
    /// Adds to a step the move against a loss's gradients, from the weights as the step has left them so far. A step may hold several
    /// moves, which count as one each.
    /// </summary>
    /// <param name="loss">One number, written of the weights as the step has left them.</param>
    /// <param name="updates">Receives the new weights.</param>
    /// <param name="move">Which of the step's moves it is, from 0.</param>
    /// <returns>The gradients' norm over all weights, before any limit.</returns>
    Tensor Minimize(Tensor loss, Updates updates, int move = 0);

    /// <summary>Gives a run of the step the learning rate of all its moves.</summary>
    /// <param name="bindings">The run's values.</param>
    /// <param name="step">Which step it is, from 1.</param>
    /// <param name="learningRate">The rate.</param>
    void Feed(Bindings bindings, long step, double learningRate);
}
