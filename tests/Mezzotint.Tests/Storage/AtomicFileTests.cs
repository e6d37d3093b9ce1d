using Mezzotint.Storage;

namespace Mezzotint.Tests.Storage;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_replaced_and_no_temporary_stays()
    {
        AtomicFile.WriteText(_folder["a.txt"], "old");
        AtomicFile.WriteText(_folder["a.txt"], "new");
        Assert.Equal("new", File.ReadAllText(_folder["a.txt"]));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_writer_that_throws_half_way_leaves_the_old_file_and_nothing_else()
    {
        AtomicFile.WriteText(_folder["a.txt"], "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(_folder["a.txt"], stream =>
        {
            stream.Write(new byte[1_000_000]);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(_folder["a.txt"]));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void What_a_killed_writer_left_is_cleared_by_the_next_write_of_that_file_and_a_living_writers_is_not()
    {
        string dead = _folder[$".a.txt.{int.MaxValue}-01234567.partial"];
        string living = _folder[$".a.txt.{Environment.ProcessId}-01234567.partial"];
        string other = _folder[$".b.txt.{int.MaxValue}-01234567.partial"];
        foreach (string path in (string[])[dead, living, other])
            File.WriteAllText(path, "half");
        AtomicFile.WriteText(_folder["a.txt"], "new");
        Assert.False(File.Exists(dead));
        Assert.True(File.Exists(living));
        Assert.True(File.Exists(other));
        Assert.Equal(2, AtomicFile.ClearTemporaries(_folder.Path));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        var fault = Assert.Throws<StorageException>(() => AtomicFile.WriteText(_folder["none/a.txt"], ""));
        Assert.Contains("does not exist", fault.Message);
        Assert.Contains(_folder["none"], fault.Message);
    }

    [Fact]
    public void A_folder_in_the_files_place_is_refused() =>
        Assert.Contains("it is a folder", Assert.Throws<StorageException>(() => AtomicFile.WriteText(_folder.Path, "")).Message);

    [Fact]
    public void A_full_disk_says_so_and_leaves_the_old_file()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "this system has no /dev/full");
        AtomicFile.WriteText(_folder["a.txt"], "old");
        var fault = Assert.Throws<StorageException>(() => AtomicFile.Write(_folder["a.txt"], _ =>
        {
            using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            full.Write(new byte[10]);
        }));
        Assert.Contains("the disk is full; free some space", fault.Message);
        Assert.Equal("old", File.ReadAllText(_folder["a.txt"]));
    }
}
