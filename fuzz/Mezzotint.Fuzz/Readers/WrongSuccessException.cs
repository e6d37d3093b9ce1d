namespace Mezzotint.Fuzz.Readers;

/// <summary>A reader made something that breaks its promise.</summary>
internal sealed class WrongSuccessException(string message) : Exception(message)
{
    /// <summary>Demands that something holds.</summary>
    public static void Unless(bool holds, string otherwise)
    {
        if (!holds) throw new WrongSuccessException(otherwise);
    }
}
