using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Intrinsics;

namespace Mezzotint.Tensors.Cpu;

/// <summary>Finds the methods of Vector128, Vector256 and Vector512 by name and argument types, for emitted code to call.</summary>
internal static class VectorMethods
{
    private static readonly ConcurrentDictionary<(int Lanes, string Name, Type Element, string Arguments), MethodInfo> Found = new();

    /// <summary>The vector type of so many 32-bit lanes.</summary>
    public static Type Vector(int lanes, Type element) => (lanes switch
    {
        4 => typeof(Vector128<>),
        8 => typeof(Vector256<>),
        _ => typeof(Vector512<>),
    }).MakeGenericType(element);

    /// <summary>The method that takes exactly these arguments; a generic one is closed over <paramref name="element"/>.</summary>
    public static MethodInfo Find(int lanes, string name, Type element, params Type[] arguments) =>
        Found.GetOrAdd(
            (lanes, name, element, string.Join(',', arguments.Select(a => a.ToString()))), _ => Search(lanes, name, element, arguments));

    private static MethodInfo Search(int lanes, string name, Type element, Type[] arguments)
    {
        // Named one by one, so that a trimmed program keeps them.
        MethodInfo[] methods = lanes switch
        {
            4 => typeof(Vector128).GetMethods(BindingFlags.Public | BindingFlags.Static),
            8 => typeof(Vector256).GetMethods(BindingFlags.Public | BindingFlags.Static),
            _ => typeof(Vector512).GetMethods(BindingFlags.Public | BindingFlags.Static),
        };
        foreach (MethodInfo method in methods)
        {
            if (method.Name != name || method.GetParameters().Length != arguments.Length) continue;
            MethodInfo closed = method;
            if (method.IsGenericMethodDefinition)
            {
                if (method.GetGenericArguments().Length != 1) continue;
                closed = method.MakeGenericMethod(element);
            }

            if (closed.GetParameters().Select(p => p.ParameterType).SequenceEqual(arguments)) return closed;
        }

        throw new MissingMethodException($"Vector{lanes * 32}.{name}({string.Join(", ", arguments.Select(a => a.Name))})");
    }
}
