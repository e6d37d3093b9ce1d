namespace Mezzotint.Tensors.Planning;

/// <summary>Where an operand of a launch begins: in the memory of a node, some elements in.</summary>
internal readonly record struct Operand(int Node, long Offset);
