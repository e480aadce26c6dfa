using System.CommandLine;
using System.Globalization;
using Server.Accounts;
using Server.Serve;
using Server.Settings;

namespace Server.Tokens;

/// <summary><c>holdfast token add --user NAME [--description D] [--expires 30d] [--read-only] [--stack S] …</c>: the token and nothing else on standard output.</summary>
public static class TokenAddCommand
{
    public static Command Create()
    {
        var user = new Option<string>("--user") { Description = "Whose token", Required = true };
        var description = new Option<string>("--description")
        {
            Description = "What it is for",
            DefaultValueFactory = _ => "Made by holdfast token add",
        };
        var expires = new Option<string?>("--expires")
        {
            Description = "Life time as 30d, 12h or 45m. Default: never expires.",
            HelpName = "TIME",
        };
        var readOnly = new Option<bool>("--read-only") { Description = "It changes nothing" };
        var noDecrypt = new Option<bool>("--no-decrypt") { Description = "It reads no secrets in plain text" };
        var stack = new Option<string?>("--stack")
        {
            Description = "It reaches this stack and nothing beside it",
            HelpName = "ORGANIZATION/PROJECT/STACK",
        };
        var organization = new Option<string?>("--organization")
        {
            Description = "It reaches this organization and no other",
            HelpName = "NAME",
        };
        var command = new Command("add", "Make a personal access token")
        {
            user,
            description,
            expires,
            readOnly,
            noDecrypt,
            stack,
            organization,
        };
        var options = SettingOptions.AddTo(command, Setting.OfStore);
        command.SetAction(
            (parsed, ct) =>
                Run(
                    options.Read(parsed),
                    parsed.GetRequiredValue(user),
                    parsed.GetRequiredValue(description),
                    parsed.GetValue(expires),
                    new(parsed.GetValue(readOnly), parsed.GetValue(noDecrypt), parsed.GetValue(stack), parsed.GetValue(organization)),
                    ct
                )
        );
        return command;
    }

    private static async Task<int> Run(
        SettingValues values,
        string user,
        string description,
        string? expires,
        WantedLimits wanted,
        CancellationToken ct
    )
    {
        var life = expires is null ? TimeSpan.Zero : ParseLife(expires);
        await using var services = StoreServices.Open(values);
        var clock = services.GetRequiredService<TimeProvider>();
        var expiresMs = life == TimeSpan.Zero ? 0 : (clock.GetUtcNow() + life).ToUnixTimeMilliseconds();
        Refuse(Token.Problem(description, expiresMs, clock));
        var account =
            await services.GetRequiredService<AccountStore>().FindByLogin(user, ct)
            ?? throw new SettingsException(
                $"There is no account '{user}'. Make it with: holdfast user add {user} --email ADDRESS --password-stdin"
            );
        var (limits, unknown) = await services.GetRequiredService<LimitNames>().Find(account.Id, wanted, ct);
        Refuse(unknown);
        var (_, secret) = await services
            .GetRequiredService<TokenStore>()
            .Create(new(account.Id, description, expiresMs) { Limits = limits }, new(account.Id, TokenId: null, Address: ""), ct);
        await System.Console.Out.WriteLineAsync(secret.Reveal());
        return 0;
    }

    private static void Refuse(string? problem)
    {
        if (problem is not null)
        {
            throw new SettingsException(problem);
        }
    }

    private static TimeSpan ParseLife(string text)
    {
        var wrong = new SettingsException(
            $"--expires: '{text}' is not a time. Write days, hours or minutes, for instance 30d, 12h or 45m (two years at most)."
        );
        if (
            !int.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count is 0 or > 2_000_000
        )
        {
            throw wrong;
        }
        return text[^1] switch
        {
            'd' => TimeSpan.FromDays(count),
            'h' => TimeSpan.FromHours(count),
            'm' => TimeSpan.FromMinutes(count),
            _ => throw wrong,
        };
    }
}
