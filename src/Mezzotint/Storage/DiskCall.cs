namespace Mezzotint.Storage;

/// <summary>The kinds of calls by which a disk is changed.</summary>
internal enum DiskCall
{
    /// <summary>Opens a file to write to, and makes it where there is none.</summary>
    Open,

    /// <summary>Writes bytes.</summary>
    Write,

    /// <summary>Cuts a file.</summary>
    Cut,

    /// <summary>Waits until a file's content is on the disk.</summary>
    Flush,

    /// <summary>Gives a file another name, in the place of what had it.</summary>
    Rename,

    /// <summary>Waits until a folder's entries are on the disk.</summary>
    FlushFolder,

    /// <summary>Removes a file.</summary>
    Delete,

    /// <summary>Makes a folder.</summary>
    MakeFolder,
}
