using System.CommandLine;
using System.Globalization;
using Server.Accounts;
using Server.Serve;
using Server.Settings;

namespace Server.Tokens;

/// <summary><c>holdfast token add --user NAME [--description D] [--expires 30d]</c>: the token and nothing else on standard output.</summary>
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
        var command = new Command("add", "Make a personal access token") { user, description, expires };
        var options = SettingOptions.AddTo(command, Setting.OfStore);
        command.SetAction(
            (parsed, ct) =>
                Run(options.Read(parsed), parsed.GetRequiredValue(user), parsed.GetRequiredValue(description), parsed.GetValue(expires), ct)
        );
        return command;
    }

    private static async Task<int> Run(SettingValues values, string user, string description, string? expires, CancellationToken ct)
    {
        var life = expires is null ? TimeSpan.Zero : ParseLife(expires);
        await using var services = StoreServices.Open(values);
        var clock = services.GetRequiredService<TimeProvider>();
        var expiresMs = life == TimeSpan.Zero ? 0 : (clock.GetUtcNow() + life).ToUnixTimeMilliseconds();
        if (Token.Problem(description, expiresMs, clock) is { } problem)
        {
            throw new SettingsException(problem);
        }
        var account =
            await services.GetRequiredService<AccountStore>().FindByLogin(user, ct)
            ?? throw new SettingsException(
                $"There is no account '{user}'. Make it with: holdfast user add {user} --email ADDRESS --password-stdin"
            );
        var (_, secret) = await services.GetRequiredService<TokenStore>().Create(account.Id, description, expiresMs, cliSession: null, ct);
        await System.Console.Out.WriteLineAsync(secret.Reveal());
        return 0;
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
