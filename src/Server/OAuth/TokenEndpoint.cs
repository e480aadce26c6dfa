using Server.Auth;
using Server.Settings;
using Wire;

namespace Server.OAuth;

/// <summary>A grant of another slice.</summary>
/// <param name="Type">Its <c>grant_type</c>.</param>
public sealed record OtherGrant(string Type, Func<HttpContext, OAuthForm, CancellationToken, Task<IResult>> Answer);

/// <summary>POST /api/oauth/token. The stock CLI sends refreshes without a client id.</summary>
internal static class TokenEndpoint
{
    public const string Code = "authorization_code";
    public const string Refresh = "refresh_token";
    public const string Exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
    public const string Device = "urn:ietf:params:oauth:grant-type:device_code";

    public static async Task<IResult> Answer(
        HttpContext http,
        CodeStore codes,
        DeviceStore devices,
        ServerSettings settings,
        GrantStore grants,
        IEnumerable<OtherGrant> others,
        CancellationToken ct
    )
    {
        var form = await OAuthForm.Read(http);
        var grantType = form["grant_type"];
        if (form["client_id"] is var client && client != NativeClient.Id && (client is not null || grantType is Code or Device))
        {
            return OAuthForm.Refuse("invalid_client", $"The only client here is {NativeClient.Id}.", StatusCodes.Status401Unauthorized);
        }
        return grantType switch
        {
            Code => form["code"] is { } code && form["redirect_uri"] is { } address
                ? Issued(
                    await codes.Redeem(new Secret(code), form["code_verifier"] ?? "", address, ct),
                    "The code is unknown, expired or used."
                )
                : Missing("code and redirect_uri"),
            Refresh => form["refresh_token"] is { } refresh
                ? Issued(await grants.Refresh(new Secret(refresh), ct), "This login is over. Run `pulumi login` again.")
                : Missing("refresh_token"),
            Device when settings.DeviceLogin => form["device_code"] is { } device
                ? Polled(await devices.Poll(new Secret(device), ct))
                : Missing("device_code"),
            null => Missing("grant_type"),
            _ when others.FirstOrDefault(o => o.Type == grantType) is { } other => await other.Answer(http, form, ct),
            _ => OAuthForm.Refuse(
                "unsupported_grant_type",
                $"Supported are {Code}, {Refresh}{(settings.DeviceLogin ? $" and {Device}" : "")}."
            ),
        };
    }

    private static IResult Missing(string fields) =>
        OAuthForm.Refuse("invalid_request", $"The request needs {fields}, once, as form fields.");

    private static IResult Issued(IssuedTokens? tokens, string refusal) =>
        tokens is null
            ? OAuthForm.Refuse(DeviceAnswer.Invalid, refusal)
            : Results.Json(
                new TokenGrant(
                    tokens.Access.Reveal(),
                    "urn:pulumi:token-type:access_token:personal",
                    "token",
                    (long)Grant.AccessLifetime.TotalSeconds,
                    Scope: "",
                    tokens.Refresh.Reveal()
                ),
                OAuthJson.Default.TokenGrant
            );

    private static IResult Polled((IssuedTokens? Tokens, string? Answer) poll) =>
        poll.Answer is { } answer
            ? OAuthForm.Refuse(
                answer,
                answer switch
                {
                    DeviceAnswer.Pending => "Nobody has decided yet.",
                    DeviceAnswer.SlowDown => "Ask less often: five seconds more between two polls.",
                    DeviceAnswer.Denied => "The login was denied in the browser.",
                    DeviceAnswer.Expired => "The code has expired. Run `pulumi login` again.",
                    _ => "The device code is unknown or used.",
                }
            )
            : Issued(poll.Tokens, "");
}
