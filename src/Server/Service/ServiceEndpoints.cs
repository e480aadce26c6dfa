using System.Text.Json;
using Server.Data;
using Server.Updates.Checkpoints;
using Wire;

namespace Server.Service;

/// <summary>What the service says about itself. Asked by every command of the CLI, so the answers are made once.</summary>
public static class ServiceEndpoints
{
    /// <summary>The newest stock CLI that this server was written against.</summary>
    private const string CurrentCli = "3.260.0";

    private const string OldestCli = "3.200.0";

    private static readonly CapabilitiesResponse Capabilities = new([
        new("api-version") { Version = 1, Configuration = JsonElement.Parse("""{"minVersion":1,"maxVersion":9,"defaultVersion":9}""") },
        new("batch-encrypt"),
        new("deployment-schema-version") { Version = 1, Configuration = JsonElement.Parse("""{"version":4}""") },
        new("stack-policy-packs") { Version = 1 },
        new("begin-update") { Version = 1 },
        new("delta-checkpoint-uploads-v2")
        {
            Version = 2,
            Configuration = JsonElement.Parse($$"""{"checkpointCutoffSizeBytes":{{CheckpointSaving.CutOff}}}"""),
        },
    ]);

    private static readonly CliVersionResponse CliVersion = new(CurrentCli, OldestCli, LatestDevVersion: "");

    public static void MapService(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/capabilities", () => Capabilities).AllowAnonymous();
        routes.MapGet("/api/cli/version", () => CliVersion).AllowAnonymous();
        routes.MapApiDescription();
        routes.MapGet("/api/status", () => Results.Text("ok\n")).AllowAnonymous();
        routes.MapGet("/healthz", () => Results.Text("ok\n")).AllowAnonymous();
        routes.MapGet("/readyz", Ready).AllowAnonymous();
    }

    /// <summary>Ready is: the store answers.</summary>
    private static async Task<IResult> Ready(Database database, ILoggerFactory logs, CancellationToken ct)
    {
        try
        {
            await database.QueryOne<long>($"SELECT 1", ct);
            return Results.Text("ready\n");
        }
        catch (System.Data.Common.DbException problem)
        {
            logs.CreateLogger("Server.Service").LogError(problem, "The database does not answer");
            return Results.Text("the database does not answer; the log says why\n", statusCode: 503);
        }
    }
}
