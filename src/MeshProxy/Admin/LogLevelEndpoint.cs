using MeshProxy.Configuration.Keys;
using MeshProxy.Logging;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Admin;

/// <summary>/loglevel: the words are those of log.level.</summary>
internal sealed class LogLevelEndpoint(SidecarLog log, AdminEvents events)
{
    /// <summary>Longer than any word, and than any misspelling worth an answer.</summary>
    private const int LongestBody = 64;

    public Task ShowAsync(HttpContext context) => PlainText.AnswerAsync(context, 200, LogLevelWord.Of(log.Level));

    public async Task ChangeAsync(HttpContext context)
    {
        var body = new byte[LongestBody];
        var length = await context.Request.Body.ReadAtLeastAsync(body, LongestBody, throwOnEndOfStream: false, context.RequestAborted);
        var word = System.Text.Encoding.UTF8.GetString(body, 0, length).Trim();
        if (!SidecarKeys.LogLevels.TryParse(word, out var level))
        {
            await PlainText.AnswerAsync(
                context, 400, $"the level is {LineText.Quote(word)}; allowed: {SidecarKeys.LogLevels.Advice(word)}");
            return;
        }
        events.LogLevelChanged(LogLevelWord.Of(log.Level), LogLevelWord.Of(level));
        log.Level = level;
        await PlainText.AnswerAsync(context, 200, LogLevelWord.Of(level));
    }
}
