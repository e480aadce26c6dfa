using System.Globalization;
using Server.Auth;
using Server.Http;
using Server.Secrets;
using Server.Stacks;
using Server.State;
using Server.Updates.History;
using Wire;

namespace Server.Updates;

/// <summary>A stack's state in and out.</summary>
public static class StateEndpoints
{
    /// <summary>Of a state as text.</summary>
    private const int Largest = 512 * BodyLimit.Mebibyte;

    public static void MapStates(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(StackAccess.Route + "/export", Export).RequireStack(Permission.StackExport);
        routes.MapGet(StackAccess.Route + "/export/{version}", ExportVersion).RequireStack(Permission.StackExport);
        routes.MapPost(StackAccess.Route + "/import", Import).RequireStack(Permission.StackImport).LimitBody(Largest);
    }

    /// <summary>Answers with the state as it is now.</summary>
    public static async Task Export(HttpContext http, StateStore states, LiveStates live, CancellationToken ct)
    {
        if (await live.Of(http.Stack(), ct) is { } text)
        {
            await Write(http, text, ct);
        }
        else if (await states.Latest(http.Stack().Id, ct) is { } latest)
        {
            await Write(http, states, latest, ct);
        }
        else
        {
            await Write(http, StateStore.Empty, ct);
        }
    }

    private static async Task ExportVersion(HttpContext http, string version, StateStore states, HistoryStore history, CancellationToken ct)
    {
        var stack = http.Stack();
        if (!long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
        {
            throw ApiException.BadRequest($"'{version}' is not a version, which is a number from 1.");
        }
        if (number > stack.Version)
        {
            throw ApiException.NotFound($"Stack '{stack.FullName}' has no version {number}; its last is {stack.Version}");
        }
        await history.RequireState(stack, number, ct);
        if (await states.AsOf(stack.Id, number, ct) is { } found)
        {
            await Write(http, states, found, ct);
        }
        else
        {
            await Write(http, StateStore.Empty, ct);
        }
    }

    private static Task Write(HttpContext http, StateStore states, StateVersion state, CancellationToken ct) =>
        states.WriteTo(
            http.Response,
            state,
            http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase),
            ct
        );

    private static async Task Write(HttpContext http, ReadOnlyMemory<byte> text, CancellationToken ct)
    {
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(text, ct);
    }

    /// <summary>The state is never in memory as a whole.</summary>
    private static async Task<ImportStackResponse> Import(
        HttpContext http,
        Importing importing,
        Decryption decryption,
        CancellationToken ct
    ) =>
        new(
            await importing.Import(
                http.Stack(),
                http.Caller(),
                http.Request.Body,
                Client.Of(http),
                message: "",
                async ciphertext => await decryption.TryOpen(http, ciphertext, ct) is not null,
                ct
            )
        );
}
