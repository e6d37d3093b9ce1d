using Mezzotint.Tensors.Ops;

namespace Mezzotint.Tensors;

/// <summary>
/// Derivatives of expressions, as expressions. Because they are made of the same primitives, they can be differentiated again.
/// </summary>
public static class Gradients
{
    /// <summary>The gradients of a scalar with respect to any tensors (variables, images, intermediate values). Computes nothing.</summary>
    /// <param name="loss">A tensor of one element.</param>
    /// <param name="by">What to differentiate by; a tensor the loss does not depend on gets zeros.</param>
    /// <returns>One tensor for each of <paramref name="by"/>, of its shape.</returns>
    /// <exception cref="ShapeException"><paramref name="loss"/> has more than one element.</exception>
    public static Tensor[] Of(Tensor loss, params ReadOnlySpan<Tensor> by)
    {
        if (loss.Shape.Count != 1)
            throw ShapeException.In($"gradients of {loss.Shape}", "they are taken of one number; sum or average the loss first.");

        List<Tensor> walk = DependentsOf(loss, by);
        var wanted = new HashSet<Tensor>(walk, ReferenceEqualityComparer.Instance);
        var adjoint = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        var adjoints = new Adjoints(wanted.Contains, (input, contribution) =>
            adjoint[input] = adjoint.TryGetValue(input, out Tensor? sum) ? sum + contribution : contribution);

        if (wanted.Contains(loss)) adjoint[loss] = Tensor.Full(loss.Shape, 1);
        foreach (Tensor tensor in walk)
            if (adjoint.TryGetValue(tensor, out Tensor? own))
                tensor.Op.Differentiate(tensor, own, adjoints);

        var gradients = new Tensor[by.Length];
        for (int i = 0; i < by.Length; i++)
            gradients[i] = adjoint.TryGetValue(by[i], out Tensor? gradient) ? gradient : Tensor.Full(by[i].Shape, 0);
        return gradients;
    }

    /// <summary>
    /// The tensors between the loss and those it is differentiated by, both included, latest first. Detached values end the walk.
    /// </summary>
    private static List<Tensor> DependentsOf(Tensor loss, ReadOnlySpan<Tensor> by)
    {
        var targets = new HashSet<Tensor>(by.ToArray(), ReferenceEqualityComparer.Instance);
        var reached = new HashSet<Tensor>(ReferenceEqualityComparer.Instance) { loss };
        var pending = new Stack<Tensor>([loss]);
        while (pending.TryPop(out Tensor? tensor))
        {
            if (tensor.Op is StopGradient) continue;
            foreach (Tensor input in tensor.Inputs)
                if (reached.Add(input)) pending.Push(input);
        }

        var dependent = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        var walk = new List<Tensor>();
        foreach (Tensor tensor in reached.OrderBy(tensor => tensor.Id))
        {
            bool depends = targets.Contains(tensor);
            if (!depends && tensor.Op is not StopGradient)
                foreach (Tensor input in tensor.Inputs)
                    depends |= dependent.Contains(input);
            if (!depends) continue;
            dependent.Add(tensor);
            walk.Add(tensor);
        }

        walk.Reverse();
        return walk;
    }
}
