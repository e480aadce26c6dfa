using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Backends.Cloud;
using Cli.Display;
using Cli.Invocation;
using Cli.Org;
using Cli.Stack;

namespace Cli.RawApi;

/// <summary>Any call of a cloud's API, under the login that is there.</summary>
internal static class ApiCommand
{
    private const int EnvelopeVersion = 1;

    public static PulumiCommand Create(Machine machine)
    {
        var target = new Argument<string?>("path-or-operation-id") { Arity = ArgumentArity.ZeroOrOne };
        var options = new ApiOptions();
        var command = new PulumiCommand("api", "Call any endpoint of the cloud")
        {
            Explanation = """
                Call any endpoint of the cloud that you are logged in to.

                The endpoint is a path or, where the cloud names them, an operation ID; `pulumi api list` shows both. Fields fill the
                path's {parameters} first; the others go into the query of a GET and into the JSON body of anything else.

                    $ pulumi api /api/user
                    $ pulumi api '/api/orgs/{orgName}/members' -F orgName=acme
                    $ pulumi api /api/user/tokens -f description=ci
                """,
            ArgumentNames = "[path-or-operation-id]",
            MostArguments = 1,
            Group = "Pulumi Cloud Commands",
            Alternatives =
            [
                [options.Input],
                [options.Body],
            ],
        };
        command.Add(target);
        foreach (var option in options.All)
        {
            command.Add(option);
        }
        command.Add(ApiListCommand.Create(machine));
        command.Add(ApiDescribeCommand.Create(machine));
        return command.Runs(
            machine,
            async (session, parse, ct) =>
            {
                if (parse.GetValue(options.EnvelopeVersion) != EnvelopeVersion)
                {
                    throw new UserErrorException($"--envelope-version must be {EnvelopeVersion}, the only one that there is");
                }
                var text =
                    parse.GetValue(target)
                    ?? throw new UserErrorException("name a path or an operation ID; `pulumi api list` shows which there are");
                await using var work = await Workplace.Open(session, ct);
                var (cloud, _) = OrgOptions.Of(work.Backend, null);
                var request = await ApiRequest.Make(session, cloud.Connection, text, options.Read(parse), ct);
                return await Send(session, cloud.Connection, request, options.Read(parse), ct);
            }
        );
    }

    private static async Task<int> Send(Session session, CloudConnection cloud, ApiRequest request, ApiWishes wishes, CancellationToken ct)
    {
        if (wishes.All && request.Method != "GET")
        {
            throw new UserErrorException($"--all puts the pages of a GET together, and this is a {request.Method}");
        }
        if (wishes.DryRun || wishes.Verbose)
        {
            await (wishes.DryRun ? session.Out : session.Machine.Terminal.Error).WriteAsync(request.Told(cloud.Url));
        }
        if (wishes.DryRun)
        {
            return 0;
        }
        var answer = await request.Send(cloud, ct);
        if (wishes.All)
        {
            answer = await Pages.Rest(cloud, request, answer, ct);
        }
        if (wishes.Verbose)
        {
            await session.Machine.Terminal.Error.WriteAsync(Head(answer));
        }
        if (wishes.Include)
        {
            await session.Out.WriteAsync(Head(answer));
        }
        if (wishes.Json)
        {
            await session.Out.WriteAsync(PropertyValues.Json(Envelope(request, answer)));
        }
        else if (!wishes.Silent)
        {
            await session.Out.WriteAsync(Text(answer));
        }
        if (answer.Status < 400)
        {
            return 0;
        }
        session.Say($"error: {request.Method} {request.Path} was answered with {answer.Status}");
        return (int)(
            answer.Status is 401 or 403 ? Exit.Authentication
            : answer.Status >= 500 ? Exit.Internal
            : Exit.Error
        );
    }

    private static string Head(RawAnswer answer)
    {
        var text = new StringBuilder($"HTTP {answer.Status}\n");
        foreach (var (name, value) in answer.Headers)
        {
            text.Append(name).Append(": ").Append(value).Append('\n');
        }
        return text.Append('\n').ToString();
    }

    /// <summary>JSON in lines; anything else as it came.</summary>
    private static string Text(RawAnswer answer) =>
        answer.Json is { } json ? PropertyValues.Json(json)
        : answer.Body.Length == 0 ? ""
        : Encoding.UTF8.GetString(answer.Body);

    private static JsonObject Envelope(ApiRequest request, RawAnswer answer) =>
        new()
        {
            ["version"] = EnvelopeVersion,
            ["method"] = request.Method,
            ["path"] = request.Path,
            ["status"] = answer.Status,
            ["body"] = answer.Json?.DeepClone() ?? (answer.Body.Length == 0 ? null : Encoding.UTF8.GetString(answer.Body)),
        };
}
