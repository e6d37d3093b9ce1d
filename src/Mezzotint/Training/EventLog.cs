using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using Mezzotint.Storage;

namespace Mezzotint.Training;

/// <summary>
/// A run's numbers and sample pictures as TensorBoard reads them (event.proto, file version 2). Each sitting has a file of its own, named
/// after the step it goes on from, which begins by saying that whatever follows that step in earlier files is void.
/// </summary>
internal sealed class EventLog : IDisposable
{
    private const string Prefix = "events.out.tfevents.";
    private const string Version = "brain.Event:2";
    private const int SessionStarted = 1;
    private const int ColourChannels = 3;

    // Fields of Event, SessionLog, Summary, Summary.Value and Summary.Image.
    private const int WallTime = 1, Step = 2, FileVersion = 3, SummaryOf = 5, SessionLog = 7;
    private const int Status = 1, Value = 1;
    private const int Tag = 1, SimpleValue = 2, Image = 4;
    private const int Height = 1, Width = 2, ColourSpace = 3, EncodedImage = 4;

    // A PNG's width and height follow its signature and the head of its first chunk.
    private const int PngWidth = 16, PngHeight = 20, PngHeader = 24;

    private readonly DiskFile _file;

    private EventLog(DiskFile file) => _file = file;

    /// <summary>Begins the file of a sitting.</summary>
    /// <param name="folder">The run's folder. Files of sittings that began later, or there, are void, and removed.</param>
    /// <param name="lastStep">The step that the sitting goes on from; 0 at the beginning.</param>
    /// <exception cref="StorageException">It cannot be written.</exception>
    public static EventLog Open(string folder, long lastStep)
    {
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{lastStep:0000000000}.mezzotint"));
        try
        {
            foreach (string later in Directory.EnumerateFiles(folder, Prefix + "*").Where(file => string.CompareOrdinal(file, path) >= 0).ToList())
                Disk.Delete(later);
            var log = new EventLog(new DiskFile(path, FileMode.Create, FileAccess.Write, FileShare.Read));
            try
            {
                log.Begin(lastStep);
                return log;
            }
            catch
            {
                log.Dispose();
                throw;
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, fault);
        }
    }

    /// <summary>Says that whatever follows a step is void: the training goes on from there.</summary>
    /// <exception cref="StorageException">The disk is full or gone.</exception>
    public void GoOnFrom(long step) => Write(Started(step));

    /// <summary>Appends a step's numbers.</summary>
    /// <exception cref="StorageException">The disk is full or gone.</exception>
    public void Append(long step, IEnumerable<KeyValuePair<string, double>> values)
    {
        var summary = new ProtoMessage();
        foreach ((string name, double value) in values) summary.Add(Value, new ProtoMessage().Add(Tag, name).Add(SimpleValue, (float)value));
        Write(At(step).Add(SummaryOf, summary));
    }

    /// <summary>Appends a step's sample picture.</summary>
    /// <param name="step">The step.</param>
    /// <param name="png">The file's bytes.</param>
    /// <exception cref="StorageException">The disk is full or gone.</exception>
    public void AppendSample(long step, byte[] png)
    {
        if (png.Length < PngHeader) return;
        ProtoMessage image = new ProtoMessage()
            .Add(Height, (long)BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(PngHeight)))
            .Add(Width, (long)BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(PngWidth)))
            .Add(ColourSpace, (long)ColourChannels)
            .Add(EncodedImage, (ReadOnlyMemory<byte>)png);
        ProtoMessage value = new ProtoMessage().Add(Tag, "samples").Add(Image, image);
        Write(At(step).Add(SummaryOf, new ProtoMessage().Add(Value, value)));
    }

    /// <summary>Flushes what has been appended to the disk.</summary>
    /// <exception cref="StorageException">The disk is full or gone.</exception>
    public void FlushToDisk() => Guard(_file.FlushToDisk);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static ProtoMessage At(long step) =>
        new ProtoMessage().Add(WallTime, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1e3).Add(Step, step);

    // TensorBoard drops what has this step or a later one.
    private static ProtoMessage Started(long lastStep) => At(lastStep + 1).Add(SessionLog, new ProtoMessage().Add(Status, (long)SessionStarted));

    private static StorageException Refused(string path, Exception fault) => new($"Cannot write the events '{path}': {Disk.Reason(fault)}.", fault);

    private void Begin(long lastStep) => Write(At(0).Add(FileVersion, Version), Started(lastStep));

    private void Write(params ReadOnlySpan<ProtoMessage> events)
    {
        using var framed = new MemoryStream();
        foreach (ProtoMessage happening in events)
        {
            using var message = new MemoryStream();
            using (var output = new CodedOutputStream(message, leaveOpen: true)) happening.WriteTo(output);
            framed.Write(RecordFrame.Of(message.GetBuffer().AsSpan(0, (int)message.Length)));
        }

        byte[] bytes = framed.ToArray();
        Guard(() => _file.Write(bytes));
    }

    private void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Refused(_file.Name, fault);
        }
    }
}
