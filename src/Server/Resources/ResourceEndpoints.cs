using System.Globalization;
using System.Text;
using System.Text.Json;
using Server.Auth;
using Server.Stacks;
using Server.State;
using Server.Updates.History;
using Wire;

namespace Server.Resources;

/// <summary>What a stack holds, as the published API shows it.</summary>
public static class ResourceEndpoints
{
    public static void MapResources(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(StackAccess.Route + "/resources/count", Count).RequireStack(Permission.StackRead);
        routes.MapGet(StackAccess.Route + "/resources/{version}", List).RequireStack(Permission.StackRead);
        routes.MapGet(StackAccess.Route + "/resources/{version}/{**urn}", One).RequireStack(Permission.StackRead);
        routes.MapGet(StackAccess.Route + "/upstreamreferences", Upstream).RequireStack(Permission.StackRead);
        routes.MapGet(StackAccess.Route + "/downstreamreferences", Downstream).RequireStack(Permission.StackRead);
        routes.MapGet("/api/console" + StackAccess.Route["/api".Length..] + "/overview", Overview).RequireStack(Permission.StackRead);
    }

    private static StackResourceCount Count(HttpContext http) => new(Math.Max(http.Stack().ResourceCount, 0), http.Stack().Version);

    private static async Task List(HttpContext http, string version, StateStore states, HistoryStore history, CancellationToken ct)
    {
        var (number, state) = await Find(http, version, states, history, ct);
        using var text = await Text(states, state, ct);
        http.Response.ContentType = "application/json";
        await new ResourceAnswer(http.Response.BodyWriter).WriteList(number, text, ct);
    }

    private static async Task One(
        HttpContext http,
        string version,
        string urn,
        StateStore states,
        HistoryStore history,
        CancellationToken ct
    )
    {
        var (number, state) = await Find(http, version, states, history, ct);
        using var text = await Text(states, state, ct);
        var resource =
            ResourceAnswer.Resources(text).Where(r => IsCalled(r, urn)).OrderBy(r => r.Facts.Delete).FirstOrDefault()
            ?? throw ApiException.NotFound($"Version {number} of stack '{http.Stack().FullName}' has no such resource");
        http.Response.ContentType = "application/json";
        new ResourceAnswer(http.Response.BodyWriter).WriteOne(number, resource);
    }

    /// <summary>The web server leaves an escaped slash in an address as it is.</summary>
    private static bool IsCalled(Resource resource, string urn) =>
        resource.Urn.SequenceEqual(Encoding.UTF8.GetBytes(urn))
        || resource.Urn.SequenceEqual(Encoding.UTF8.GetBytes(urn.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)));

    private static async Task<StackReferences> Upstream(HttpContext http, Caller caller, ReferenceStore references, CancellationToken ct) =>
        OnWire(await references.Upstream(caller.AccountId, http.Stack().Id, ct));

    private static async Task<StackReferences> Downstream(
        HttpContext http,
        Caller caller,
        ReferenceStore references,
        CancellationToken ct
    ) => OnWire(await references.Downstream(caller.AccountId, http.Stack(), ct));

    private static async Task Overview(
        HttpContext http,
        Caller caller,
        StateStore states,
        StackStore stacks,
        ReferenceStore references,
        CancellationToken ct
    )
    {
        var upstream = OnWire(await references.Upstream(caller.AccountId, http.Stack().Id, ct));
        var tags = await stacks.Tags(http.Stack().Id, ct);
        using var text = await Text(states, await states.Latest(http.Stack().Id, ct), ct);
        http.Response.ContentType = "application/json";
        var answer = new ResourceAnswer(http.Response.BodyWriter);
        answer.Write("{\"referencedStacks\":"u8);
        answer.Write(JsonSerializer.SerializeToUtf8Bytes(upstream.ReferencedStacks, WireJson.Default.IReadOnlyListReferencedStack));
        answer.Write(",\"tags\":"u8);
        answer.Write(JsonSerializer.SerializeToUtf8Bytes(tags, WireJson.Default.IReadOnlyDictionaryStringString));
        answer.Write(",\"resources\":"u8);
        await answer.WriteList(http.Stack().Version, text, ct);
        answer.Write("}"u8);
    }

    private static StackReferences OnWire(IEnumerable<StackReference> references) =>
        new([.. references.Select(r => new ReferencedStack(r.Name, r.Organization, r.Project, r.Version))]);

    private static async Task<(long Version, StateVersion? State)> Find(
        HttpContext http,
        string version,
        StateStore states,
        HistoryStore history,
        CancellationToken ct
    )
    {
        var stack = http.Stack();
        if (version == "latest")
        {
            return (stack.Version, await states.Latest(stack.Id, ct));
        }
        if (!long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > stack.Version)
        {
            throw ApiException.NotFound($"Stack '{stack.FullName}' has no version '{version}'");
        }
        await history.RequireState(stack, number, ct);
        return (number, await states.AsOf(stack.Id, number, ct));
    }

    private static async Task<StateText> Text(StateStore states, StateVersion? state, CancellationToken ct)
    {
        if (state is not null)
        {
            return await states.Read(state, ct);
        }
        var empty = new StateText(StateStore.Empty.Length);
        StateStore.Empty.CopyTo(empty.Writable);
        return empty;
    }
}
