using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace Mezzotint.Cli.Tests;

/// <summary>What a reader does with the page of a comparison, done in a browser where there is one.</summary>
public sealed partial class ComparisonPageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public ComparisonPageTests()
    {
        _model = Sample.WriteModel(_folder);
        for (int i = 0; i < 3; i++) Sample.Write(_folder, $"in/{i}.png", 40, 34, seed: i);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_slider_follows_mouse_touch_and_keys()
    {
        Assert.Equal(ExitCode.Done, Call.Of("compare", "bicubic", _model, "--inputs", _folder["in"], "-o", _folder["c.html"]).ExitCode);
        string[] log = InBrowser(_folder["c.html"], """
            document.getElementById('slide').click();
            const box = document.querySelector('.slider'), range = document.querySelector('input[type=range]'), at = box.getBoundingClientRect();
            const say = what => log(`${what} ${Math.round(parseFloat(document.querySelector('.line').style.left))} ${Math.round(range.value)}`);
            const point = (type, share, buttons, pointerType) => box.dispatchEvent(new PointerEvent(
              type, { clientX: at.left + share * at.width, clientY: at.top + 5, buttons, pointerType, isPrimary: true, bubbles: true }));
            box.setPointerCapture = () => {};
            point('pointerdown', 0.25, 1, 'mouse'); say('mouse');
            point('pointermove', 0.75, 1, 'mouse'); say('drag');
            point('pointermove', 0.1, 0, 'mouse'); say('over');
            point('pointerdown', 0.4, 1, 'touch'); say('touch');
            log(`focus ${document.activeElement === range}, ${getComputedStyle(box).touchAction}`);
            range.stepUp(); range.dispatchEvent(new Event('input')); say('key');
            document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
            log(document.getElementById('where').textContent);
            """);
        Assert.Equal(["mouse 25 25", "drag 75 75", "over 75 75", "touch 40 40", "focus true, pan-y pinch-zoom", "key 41 41", "2 of 3"], log);
    }

    [Fact]
    public void A_blind_vote_counts_each_pair_once_and_its_votes_can_be_summed()
    {
        Assert.Equal(ExitCode.Done, Call.Of("compare", "bicubic", "nearest", _model, "--inputs", _folder["in"], "--blind", "-o", _folder["v.html"]).ExitCode);
        string[] log = InBrowser(_folder["v.html"], """
            const key = (name, repeat) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: name, repeat, bubbles: true }));
            const names = mezzotint.data.models.map(model => model.name);
            log(names.filter(name => document.body.innerText.includes(name)).length);
            key('ArrowLeft', false); key('ArrowLeft', true); key('ArrowLeft', true);
            log(mezzotint.exported().votes.length);
            while (document.getElementById('choose-left')) mezzotint.cast('right');
            log(names.filter(name => document.getElementById('result').innerText.includes(name)).length);
            log(new Set(mezzotint.exported().votes.map(vote => vote.image + [vote.left, vote.right].sort())).size);
            log(JSON.stringify(mezzotint.exported()));
            """);
        Assert.Equal(["0", "1", "3", "9"], log[..4]); // three pairs of models, of three pictures
        File.WriteAllText(_folder["votes.json"], log[4]);
        Call sum = Call.Of("compare", "--votes", _folder["votes.json"]);
        Assert.Equal(ExitCode.Done, sum.ExitCode);
        Assert.Contains("1 sitting", sum.Output, StringComparison.Ordinal);
    }

    /// <summary>What a script, run after the page's own, has logged, line by line.</summary>
    private string[] InBrowser(string page, string script)
    {
        string? browser = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        Assert.SkipWhen(browser is null, "there is no Chromium, in which pages are tried");
        string driven = _folder["driven.html"];
        File.WriteAllText(driven, File.ReadAllText(page).Replace("</body>", $$"""
            <pre id="log"></pre>
            <script>
            const log = text => document.getElementById('log').append(`${text}\n`);
            try { {{script}} } catch (error) { log(error.stack); }
            </script>
            </body>
            """, StringComparison.Ordinal));
        using Process process = Process.Start(new ProcessStartInfo(
            browser!,
            [
                "--headless", "--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-gpu", "--window-size=1000,800",
                "--virtual-time-budget=2000", $"--user-data-dir={_folder["browser"]}", "--dump-dom", new Uri(driven).AbsoluteUri,
            ])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        string document = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Match logged = Logged().Match(document);
        Assert.SkipUnless(logged.Success, "this Chromium does not run here");
        return WebUtility.HtmlDecode(logged.Groups[1].Value).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex("<pre id=\"log\">(.*?)</pre>", RegexOptions.Singleline)]
    private static partial Regex Logged();
}
