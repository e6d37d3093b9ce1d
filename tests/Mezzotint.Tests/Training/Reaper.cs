using Mezzotint.Storage;

namespace Mezzotint.Tests.Training;

/// <summary>
/// The process dies, as far as the disk can tell: the call in hand is not made, or of a write only half, and none after it.
/// </summary>
internal sealed class Death : Exception;

/// <summary>Lets what runs under it die at one of its calls to the disk.</summary>
internal sealed class Reaper(int at)
{
    private int _calls;

    /// <summary>What has been called so far.</summary>
    public List<DiskCall> Calls { get; } = [];

    /// <summary>Whether it came.</summary>
    public bool Came => _calls >= at;

    /// <summary>Runs something under it.</summary>
    public void Over(Action work)
    {
        Disk.Witness.Value = See;
        try
        {
            work();
        }
        catch (Death)
        {
        }
        finally
        {
            Disk.Witness.Value = null;
        }
    }

    private void See(DiskCall call, string path, FileStream? file, ReadOnlySpan<byte> bytes)
    {
        Calls.Add(call);
        if (++_calls < at) return;
        if (_calls == at) file?.Write(bytes[..(bytes.Length / 2)]);
        throw new Death();
    }
}
