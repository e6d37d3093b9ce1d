using Mezzotint.Imaging;

namespace Mezzotint.Cli.Commands;

/// <summary>What a call of <c>mezzo upscale</c> or <c>mezzo restore</c> asks for.</summary>
/// <param name="Inputs">Files, folders and patterns.</param>
/// <param name="Output">A file or folder, or null.</param>
/// <param name="Model">A model, or null for one that fits.</param>
/// <param name="Size">How large outputs become; null where they are restored at their size.</param>
/// <param name="Format">Their format, or null.</param>
/// <param name="Quality">That of lossy formats, or null.</param>
/// <param name="Strip">Whether they say nothing of themselves.</param>
/// <param name="Options">How much is computed at a time.</param>
/// <param name="Force">Whether outputs that exist are replaced.</param>
/// <param name="SkipExisting">Whether inputs whose outputs exist are passed over.</param>
/// <param name="Json">Whether the result is a JSON document.</param>
/// <param name="Threads">Threads, or 0 for one a processor.</param>
/// <param name="Device">What computes, or null.</param>
/// <param name="Verbose">Whether errors come with their traces.</param>
internal sealed record UpscaleRequest(
    IReadOnlyList<string> Inputs,
    string? Output,
    string? Model,
    OutputSize? Size,
    PictureFormat? Format,
    int? Quality,
    bool Strip,
    UpscaleOptions Options,
    bool Force,
    bool SkipExisting,
    bool Json,
    int Threads,
    string? Device,
    bool Verbose);
