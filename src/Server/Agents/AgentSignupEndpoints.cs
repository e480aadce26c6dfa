using System.Globalization;
using Server.Accounts;
using Server.Audit;
using Server.Auth;
using Server.Http;
using Server.Settings;
using Server.Tokens;
using Wire;

namespace Server.Agents;

/// <summary>
/// Where the stock CLI asks for a temporary account when a coding agent runs it and nobody is logged in. By default there is none: who may come in is
/// decided by people.
/// </summary>
public static class AgentSignupEndpoints
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(72);

    public static void AddAgents(this IServiceCollection services)
    {
        services.AddSingleton<AgentChallenge>();
        services.AddSingleton<AgentAccountStore>();
    }

    public static void MapAgentSignup(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/agents/signup", Challenge).AllowAnonymous();
        routes.MapPost("/api/agents/signup", SignUp).AllowAnonymous();
        routes.MapGet("/api/agents/signup/validate/{claimToken}", Validate).AllowAnonymous();
    }

    private static async Task<AgentSignupChallenge> Challenge(
        ServerSettings settings,
        AccountStore accounts,
        AgentChallenge challenges,
        CancellationToken ct
    )
    {
        await RequireOn(settings, accounts, ct);
        return challenges.New();
    }

    private static async Task<AgentSignupResponse> SignUp(
        HttpContext http,
        Body<AgentSignupRequest> body,
        ServerSettings settings,
        AccountStore accounts,
        AgentChallenge challenges,
        AgentAccountStore agents,
        TokenStore tokens,
        SignInGuard guard,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        await RequireOn(settings, accounts, ct);
        var request = body.Value;
        if (!challenges.Accepts(request.ChallengeID ?? "", request.ChallengeResult ?? ""))
        {
            throw ApiException.BadRequest(
                "The challenge is not solved, or it is older than ten minutes. Ask for a new one with GET /api/agents/signup."
            );
        }
        if (!guard.SignUps.Count(http))
        {
            throw new ApiException(
                429,
                "Too Many Requests: This network has made many accounts. Wait a few minutes, or log in with `pulumi login`."
            );
        }
        var made =
            await agents.Make(request.ChallengeID!, request.AgentName ?? "", request.AgentModel ?? "", ct)
            ?? throw ApiException.BadRequest("This challenge has made an account already. Ask for a new one with GET /api/agents/signup.");
        var until = clock.GetUtcNow() + TokenLife;
        var (_, secret) = await tokens.Create(
            new(made.Account.Id, "made by the agent", until.ToUnixTimeMilliseconds()),
            http.ActorAs(made.Account.Id),
            ct
        );
        return new(secret.Reveal(), Time(until), made.Claim.Reveal(), Time(made.Until), Info(made.Account));
    }

    private static async Task<IResult> Validate(
        string claimToken,
        ServerSettings settings,
        AccountStore accounts,
        AgentAccountStore agents,
        CancellationToken ct
    )
    {
        await RequireOn(settings, accounts, ct);
        return await agents.Claimed(claimToken, ct) is not null
            ? Results.Ok()
            : throw ApiException.NotFound("There is no agent's account that can be taken over with this.");
    }

    /// <summary>On a new server the first account is its administrator: that is a person's.</summary>
    private static async Task RequireOn(ServerSettings settings, AccountStore accounts, CancellationToken ct)
    {
        if (!settings.AgentSignUp || !await accounts.Any(ct))
        {
            throw ApiException.NotFound(
                "This server makes no temporary accounts for agents. Log in with `pulumi login`, or set PULUMI_ACCESS_TOKEN to a token made in the console."
            );
        }
    }

    private static User Info(Account account) =>
        new(
            account.Id,
            account.Login,
            account.Name,
            account.Email,
            AvatarUrl: "",
            [new UserOrganization(account.Login, account.Name, AvatarUrl: "", "admin")],
            Identities: ["Pulumi"]
        )
        {
            IsAgent = true,
        };

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
