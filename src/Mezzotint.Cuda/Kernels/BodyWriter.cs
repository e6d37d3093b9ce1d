using System.Globalization;
using System.Text;
using Mezzotint.Tensors.Ops;
using Mezzotint.Tensors.Planning;

namespace Mezzotint.Cuda.Kernels;

/// <summary>Writes the instructions of a loop body as CUDA C, one variable each.</summary>
internal static class BodyWriter
{
    /// <param name="code">What is written to.</param>
    /// <param name="body">The instructions.</param>
    /// <param name="suffix">Ends the variables' names, so that a body may be written several times in one block.</param>
    /// <param name="load">The expression that reads an operand's element.</param>
    /// <param name="store">The statement that writes a value to an operand's element, or gathers it there.</param>
    public static void Write(StringBuilder code, LoopBody body, string suffix, Func<int, string> load, Func<int, string, string> store)
    {
        // What is written may lie over what is read at the same point: all is read first.
        ReadOnlySpan<Instruction> instructions = body.Code;
        for (int i = 0; i < instructions.Length; i++)
            if (instructions[i].Code == Opcode.Load)
                code.Append(CultureInfo.InvariantCulture, $"    const float {Name(i)} = {load(instructions[i].A)};\n");
        for (int i = 0; i < instructions.Length; i++)
        {
            Instruction it = instructions[i];
            if (it.Code == Opcode.Load) continue;
            if (it.Code == Opcode.Store)
            {
                code.Append("    ").Append(store(it.B, Name(it.A))).Append('\n');
                continue;
            }

            string value = it.Code switch
            {
                Opcode.Zero => "0.0f",
                Opcode.Unary => Unary((UnaryFunction)it.Function, Name(it.A)),
                Opcode.Binary => Binary((BinaryFunction)it.Function, Name(it.A), Name(it.B)),
                Opcode.Compare => $"{Name(it.A)} {Comparison((Comparison)it.Function)} {Name(it.B)} ? 1.0f : 0.0f",
                Opcode.Select => $"{Name(it.A)} != 0.0f ? {Name(it.B)} : {Name(it.C)}",
                Opcode.IntegerToFloat => $"mz_to_float({Name(it.A)})",
                Opcode.FloatToInteger => $"mz_to_integer({Name(it.A)})",
                _ => throw new NotSupportedException($"There is no CUDA C for the instruction {it.Code}."),
            };
            code.Append(CultureInfo.InvariantCulture, $"    const float {Name(i)} = {value};\n");
        }

        string Name(int value) => string.Create(CultureInfo.InvariantCulture, $"v{value}{suffix}");
    }

    private static string Unary(UnaryFunction function, string a) => function switch
    {
        UnaryFunction.Negate => $"-{a}",
        UnaryFunction.Absolute => $"fabsf({a})",
        UnaryFunction.Sign => $"mz_sign({a})",
        UnaryFunction.Floor => $"floorf({a})",
        UnaryFunction.Reciprocal => $"1.0f / {a}",
        UnaryFunction.SquareRoot => $"sqrtf({a})",
        UnaryFunction.Exponential => $"expf({a})",
        UnaryFunction.Logarithm => $"logf({a})",
        UnaryFunction.HyperbolicTangent => $"tanhf({a})",
        UnaryFunction.Sigmoid => $"mz_sigmoid({a})",
        UnaryFunction.Sine => $"sinf({a})",
        UnaryFunction.Cosine => $"cosf({a})",
        UnaryFunction.Rectify => $"mz_rectify({a})",
        _ => throw new NotSupportedException($"There is no CUDA C for the function {function}."),
    };

    private static string Binary(BinaryFunction function, string a, string b) => function switch
    {
        BinaryFunction.Add => $"{a} + {b}",
        BinaryFunction.Subtract => $"{a} - {b}",
        BinaryFunction.Multiply => $"{a} * {b}",
        BinaryFunction.Divide => $"{a} / {b}",
        BinaryFunction.Maximum => $"mz_maximum({a}, {b})",
        BinaryFunction.Minimum => $"mz_minimum({a}, {b})",
        BinaryFunction.Power => $"mz_power({a}, {b})",
        _ => throw new NotSupportedException($"There is no CUDA C for the function {function}."),
    };

    private static string Comparison(Comparison comparison) => comparison switch
    {
        Tensors.Ops.Comparison.Equal => "==",
        Tensors.Ops.Comparison.Less => "<",
        Tensors.Ops.Comparison.LessOrEqual => "<=",
        _ => throw new NotSupportedException($"There is no CUDA C for the comparison {comparison}."),
    };
}
