using System.Globalization;
using Server.Auth;

namespace Server.Updates;

/// <summary>Why something is refused, in sentences that the CLI prints as they are.</summary>
public static class Refusal
{
    /// <summary>Why a write with this lease was not accepted. 403 is what makes the CLI give up an update that is over.</summary>
    /// <param name="does">What the write does, for instance <c>send journal entries</c>.</param>
    /// <param name="journal">Whether it is one of journal entries; null for what both kinds of updates do.</param>
    /// <returns>Null if nothing speaks against it now.</returns>
    public static ApiException? OfWrite(Update? update, Lease lease, string does, bool? journal, TimeProvider clock)
    {
        if (update is null)
        {
            return ApiException.NotFound("There is no such update");
        }
        if (!lease.IsOf(update))
        {
            return ApiException.Unauthorized();
        }
        if (update.IsOver || update.Status == UpdateStatus.Ending)
        {
            return Forbidden(
                $"This update {Ending(update)} at {At(update.EndedMs)}; it cannot {does} any more. What it had saved until then is kept."
            );
        }
        if (update.LeaseExpiresMs <= clock.GetUtcNow().ToUnixTimeMilliseconds())
        {
            return Forbidden(
                $"The lease of this update ran out at {At(update.LeaseExpiresMs)} without having been renewed, so it cannot {does} any more. What it had saved until then is kept."
            );
        }
        if (update.DryRun && journal is not null)
        {
            return Forbidden("This update is a preview, which changes no state.");
        }
        return journal == true && update.JournalVersion == 0
                ? ApiException.BadRequest("This update was asked for checkpoints when it started, not for journal entries.")
            : journal == false && update.JournalVersion != 0
                ? ApiException.BadRequest("This update was asked for journal entries when it started, not for checkpoints.")
            : null;
    }

    /// <summary>The update changed between the write and the look at it.</summary>
    public static ApiException Changed() =>
        ApiException.Conflict("The update was changed by another request at the same time; send this one again.");

    /// <summary>Somebody else has the stack.</summary>
    public static ApiException Busy(Update? holder, TimeProvider clock)
    {
        if (holder is null)
        {
            return ApiException.Conflict("Another update is currently in progress. Others come and go just now; try again.");
        }
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var who = holder.RequesterLogin.Length > 0 ? $"'{holder.RequesterLogin}'" : "somebody";
        return ApiException.Conflict(
            $"Another update is currently in progress. {who} runs {Noun(holder)} (version {holder.Version}){From(holder)} since {At(holder.StartedMs)}, "
                + $"{Ago(now - holder.StartedMs)}. It was last heard of {Ago(now - holder.LastHeardMs)}; its lease ends at {At(holder.LeaseExpiresMs)} "
                + "unless it is renewed. Wait for it to end, or end it with `pulumi cancel`: what it has saved is kept."
        );
    }

    /// <summary><c>was cancelled by 'ann'</c>, <c>ended as succeeded</c>.</summary>
    public static string Ending(Update update) =>
        update.EndReason is { Length: > 0 } reason
            ? reason
            : $"ended as {(update.Status == UpdateStatus.Ending ? update.EndsAs : update.Status)}";

    private static ApiException Forbidden(string message) => new(403, "Forbidden: " + message);

    private static string Noun(Update update) => (update.Kind.AsSpan()[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an " : "a ") + update.Kind;

    private static string From(Update update) => update.Client.Length > 0 ? $" from {update.Client}" : "";

    private static string At(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Ago(long ms) =>
        ms switch
        {
            < 1000 => "just now",
            < 60_000 => $"{ms / 1000} s ago",
            < 3_600_000 => $"{ms / 60_000} min ago",
            _ => $"{ms / 3_600_000} h {ms / 60_000 % 60} min ago",
        };
}
