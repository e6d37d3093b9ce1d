using Mezzotint.Data;
using Mezzotint.Evaluation;
using Mezzotint.Imaging;
using Mezzotint.Storage;
using Mezzotint.Training;

namespace Mezzotint.Tests.Training;

/// <summary>What a training says and leaves when the disk refuses or a file is lost; and that it then goes on to the same bits.</summary>
public sealed class DiskFaultTests(TinyTraining training) : IClassFixture<TinyTraining>, IDisposable
{
    private const int DiskFull = 28, ReadOnlyFileSystem = 30;

    private readonly TemporaryFolder _folder = new();

    private string Run => _folder["run"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void On_a_disk_that_fills_up_at_any_write_a_training_ends_with_a_sentence_and_goes_on_when_there_is_space()
    {
        int faults = 0;
        for (int space = 0; ; space += 23_456)
        {
            int left = space;
            bool full = false;
            void Fill(DiskCall call, string path, FileStream? file, ReadOnlySpan<byte> bytes)
            {
                if (call != DiskCall.Write) return;
                int fits = Math.Min(left, bytes.Length);
                left -= fits;
                full |= fits < bytes.Length;
                if (fits == bytes.Length) return;
                file!.Write(bytes[..fits]);
                throw new IOException("No space left on device", DiskFull);
            }

            string run = _folder[$"run-{space}"];
            StorageException? fault = null;
            Disk.Witness.Value = Fill;
            try
            {
                training.Begin(run);
            }
            catch (StorageException refused)
            {
                fault = refused;
            }
            finally
            {
                Disk.Witness.Value = null;
            }

            Assert.Equal(full, fault is not null);
            if (!full) break;
            Assert.Contains("the disk is full; free some space", fault!.Message, StringComparison.Ordinal);
            Assert.Contains(run, fault.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFiles(run, ".*.partial", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }));
            training.Resume(run);
            training.IsMatchedBy(run, $"a disk full after {space} bytes");
            Directory.Delete(run, recursive: true);
            faults++;
        }

        Assert.True(faults >= 8, $"only {faults} full disks");
    }

    [Theory]
    [InlineData(ReadOnlyFileSystem, "the file system is read-only")]
    [InlineData(null, "permission is denied")]
    public void A_folder_that_cannot_be_written_to_is_said_to_be_so_at_every_call(int? error, string reason)
    {
        var calls = new Reaper(int.MaxValue);
        calls.Over(() => training.Begin(_folder["whole"]));
        for (int at = 1; at <= calls.Calls.Count; at += at < 12 ? 1 : 8)
        {
            int left = at;
            string run = _folder[$"run-{at}"];
            Disk.Witness.Value = (_, _, _, _) =>
            {
                if (--left > 0) return;
                throw error is { } number ? new IOException("Read-only file system", number) : new UnauthorizedAccessException();
            };
            try
            {
                Assert.Contains(reason, Assert.Throws<StorageException>(() => training.Begin(run)).Message, StringComparison.Ordinal);
            }
            finally
            {
                Disk.Witness.Value = null;
            }

            training.Resume(run);
            training.IsMatchedBy(run, $"a refusal at call {at}");
            Directory.Delete(run, recursive: true);
        }
    }

    [Theory]
    [InlineData("photos/b.png", "photos/b.png' has been lost")]
    [InlineData("validation/e.png", "validation/e.png: there is no such file")]
    public void A_picture_that_is_lost_while_a_training_goes_on_ends_it_saved_and_it_goes_on_when_the_picture_is_back(string name, string sentence)
    {
        string picture = Path.Combine(Path.GetDirectoryName(training.Photos)!, name), away = _folder["away.png"];
        Disk.Witness.Value = (call, path, _, _) =>
        {
            if (call == DiskCall.Flush && path.EndsWith("metrics.jsonl", StringComparison.Ordinal) && File.Exists(picture)) File.Move(picture, away);
        };
        try
        {
            Assert.Contains(sentence, Assert.ThrowsAny<MezzotintException>(() => training.Begin(Run)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Disk.Witness.Value = null;
            File.Move(away, picture);
        }

        Assert.True(new CheckpointFolder(Path.Combine(Run, "checkpoints")).Steps()[^1] >= 3);
        training.Resume(Run);
        training.IsMatchedBy(Run, $"the loss of {name}");
    }

    [Fact]
    public void A_picture_that_changes_while_a_training_goes_on_is_named()
    {
        string picture = Path.Combine(training.Photos, "a.png");
        byte[] before = File.ReadAllBytes(picture);
        Disk.Witness.Value = (call, path, _, _) =>
        {
            if (call == DiskCall.Flush && path.EndsWith("metrics.jsonl", StringComparison.Ordinal))
                Picture.FromFloats(TestScene.Render(13, 14, 1), 13, 14, 3, 8).Save(picture);
        };
        try
        {
            string message = Assert.Throws<TrainingDataException>(() => training.Begin(Run)).Message;
            Assert.Contains($"'{picture}' has changed", message, StringComparison.Ordinal);
        }
        finally
        {
            Disk.Witness.Value = null;
            File.WriteAllBytes(picture, before);
        }

        training.Resume(Run);
        training.IsMatchedBy(Run, "a change of a picture");
    }

    [Fact]
    public void A_picture_lost_changed_or_added_between_two_sittings_is_named()
    {
        using var end = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => training.Begin(Run, end, endWithin: 5));
        string a = Path.Combine(training.Photos, "a.png"), b = Path.Combine(training.Photos, "b.png"), judge = Path.Combine(training.Validation, "e.png");
        (string Path, byte[] Bytes)[] before = [.. new[] { a, b, judge }.Select(path => (path, File.ReadAllBytes(path)))];
        string added = Path.Combine(training.Photos, "z.png");
        try
        {
            Refused("lost: 'b.png'", () => File.Delete(b));
            Refused("lost: 'validation: e.png'", () => File.Delete(judge));
            Refused("new: 'z.png'", () => File.Copy(a, added));
            Refused("changed: 'a.png'", () => Picture.FromFloats(TestScene.Render(20, 18, 5), 20, 18, 3, 8).Save(a)); // as large as before
        }
        finally
        {
            Restore();
        }

        training.Resume(Run);
        training.IsMatchedBy(Run, "four refusals");

        void Restore()
        {
            foreach ((string path, byte[] bytes) in before) File.WriteAllBytes(path, bytes);
            File.Delete(added);
        }

        void Refused(string part, Action change)
        {
            change();
            Assert.Contains(part, Assert.Throws<CheckpointException>(() => training.Resume(Run)).Message, StringComparison.Ordinal);
            Restore();
        }
    }

    [Fact]
    public void From_a_newest_checkpoint_that_is_cut_short_a_training_falls_back_to_the_one_before_and_says_so()
    {
        using var end = new CancellationTokenSource();
        Disk.Witness.Value = (call, path, _, _) =>
        {
            if (call == DiskCall.Rename && path.EndsWith("step-00000009.safetensors", StringComparison.Ordinal)) end.Cancel();
        };
        Assert.Throws<OperationCanceledException>(() => training.Begin(Run, end));
        Disk.Witness.Value = null;
        string newest = Path.Combine(Run, "checkpoints/step-00000009.safetensors");
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..^7]);
        var said = new List<string>();
        training.Resume(Run, report: said.Add);
        Assert.Contains(newest, Assert.Single(said), StringComparison.Ordinal);
        training.IsMatchedBy(Run, "a damaged checkpoint");
    }

    [Fact]
    public void A_training_cancelled_within_a_validation_or_a_sample_is_saved_with_what_is_left_to_do()
    {
        // Cancelled as soon as a step's picture has been read for the validation of step 4 or the sample of step 5, and once more as it
        // goes on.
        foreach (int step in (int[])[4, 5, 8, 10])
        {
            string run = _folder[$"run-{step}"];
            for (int sitting = 0; sitting < 2; sitting++)
            {
                using var end = new CancellationTokenSource();
                Assert.Throws<OperationCanceledException>(() => training.Resume(run, end, endWithin: step));
                Assert.Equal(step, new CheckpointFolder(Path.Combine(run, "checkpoints")).Steps()[^1]);
                Assert.Equal(step - 1, File.ReadLines(Path.Combine(run, "metrics.jsonl")).Count());
            }

            training.Resume(run);
            training.IsMatchedBy(run, $"cancellation within what follows step {step}");
        }
    }
}
