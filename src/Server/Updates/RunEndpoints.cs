using Server.Audit;
using Server.Auth;
using Server.Http;
using Server.Stacks;
using Wire;

namespace Server.Updates;

/// <summary>An update's life: start, lease, end.</summary>
public static class RunEndpoints
{
    public static void MapRun(this IEndpointRouteBuilder routes)
    {
        routes.MapUpdate("POST", "", Start, r => r.RequireStack(Permission.StackWrite));
        routes.MapUpdate("POST", "/renew_lease", Renew, r => r.RequireLease());
        routes.MapUpdate("POST", "/complete", Complete, r => r.RequireLease());
        routes.MapUpdate("POST", "/cancel", Cancel, r => r.RequireStack(Permission.StackCancelUpdate));
    }

    public static StartUpdateResponse OnWire(Started started) =>
        new(
            started.Version,
            started.Lease.Token.Reveal(),
            started.LeaseExpiresMs / 1000,
            started.JournalVersion == 0 ? null : started.JournalVersion
        );

    private static async Task<StartUpdateResponse> Start(
        HttpContext http,
        Body<StartUpdateRequest> body,
        Starting starting,
        CancellationToken ct
    )
    {
        var tags = body.Value.Tags is { } given ? StackTags.Check(given!) : null;
        return OnWire(
            await starting.Start(http.Stack(), http.UpdateId(), tags, body.Value.JournalVersion, Client.Of(http), RoundTrip.Of(http), ct)
        );
    }

    private static async Task<RenewLeaseResponse> Renew(
        HttpContext http,
        Body<RenewLeaseRequest> body,
        UpdateStore updates,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var longest = (long)Lease.Longest.TotalSeconds;
        var duration = body.Value.Duration ?? longest;
        if (duration < 0 || duration > longest)
        {
            throw ApiException.BadRequest($"A lease is renewed for 0 to {longest} seconds, not for {duration}.");
        }
        var (lease, expires) = (http.Lease(), clock.GetUtcNow().AddSeconds(duration));
        if (!await updates.Renew(http.UpdateId(), lease, expires.ToUnixTimeMilliseconds(), ct))
        {
            throw await updates.Refused(http.UpdateId(), lease, "renew its lease", journal: null, ct);
        }
        return new(lease.Token.Reveal(), expires.ToUnixTimeSeconds());
    }

    private static async Task<IResult> Complete(
        HttpContext http,
        Body<CompleteUpdateRequest> body,
        UpdateStore updates,
        Ending ending,
        CancellationToken ct
    )
    {
        if (body.Value.Status is not (UpdateStatus.Succeeded or UpdateStatus.Failed or UpdateStatus.Cancelled))
        {
            throw ApiException.BadRequest($"'{body.Value.Status}' is not how an update ends; that is succeeded, failed or cancelled.");
        }
        var update = await updates.Find(http.UpdateId(), ct) ?? throw ApiException.NotFound("There is no such update");
        if (!http.Lease().IsOf(update))
        {
            throw ApiException.Unauthorized();
        }
        await ending.Complete(update, body.Value.Status, ct);
        return Results.NoContent();
    }

    private static async Task<IResult> Cancel(HttpContext http, UpdateStore updates, Ending ending, CancellationToken ct)
    {
        var update = await http.FindUpdate(updates, ct);
        await ending.Cancel(update, http.Caller().Login, http.Actor(), ct);
        return Results.NoContent();
    }

    /// <summary>The update in the address, of the stack in the address.</summary>
    public static async Task<Update> FindUpdate(this HttpContext http, UpdateStore updates, CancellationToken ct) =>
        await updates.Find(http.UpdateId(), ct) is { } update && update.StackId == http.Stack().Id
            ? update
            : throw ApiException.NotFound($"Update '{http.UpdateId()}' not found");
}
