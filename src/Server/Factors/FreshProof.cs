using Server.Auth;
using Server.Sessions;

namespace Server.Factors;

/// <summary>Whoever finds an open browser must not change how its owner signs in: that asks for a password or a factor of the last quarter of an hour.</summary>
public sealed class FreshProof(SessionStore sessions, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    public async Task<bool> Exists(HttpContext http) =>
        await sessions.ProvenMs(http.Caller().SessionId!, http.RequestAborted)
        > clock.GetUtcNow().ToUnixTimeMilliseconds() - Lifetime.TotalMilliseconds;

    public static string Page(string back) => "/user/settings/confirm?returnUrl=" + Uri.EscapeDataString(back);
}
