using System.CommandLine;
using Server.Serve;
using Server.Settings;

namespace Server.Accounts.Links;

/// <summary><c>holdfast user reset-link NAME</c>: prints an address to pass on, and nothing else on standard output.</summary>
public static class UserResetLinkCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The user name" };
        var command = new Command("reset-link", "Make a one-time link with which a person sets a new password, within an hour") { name };
        var options = SettingOptions.AddTo(command, [.. Setting.OfStore, Setting.Listen, Setting.PublicUrl, Setting.ConsoleUrl]);
        command.SetAction((parsed, ct) => Run(options.Read(parsed), parsed.GetRequiredValue(name), ct));
        return command;
    }

    private static async Task<int> Run(SettingValues values, string name, CancellationToken ct)
    {
        await using var store = StoreServices.Open(values);
        var account =
            await store.GetRequiredService<AccountStore>().FindByLogin(name, ct)
            ?? throw new SettingsException($"There is no account '{name}'. Names are listed on the console's page /admin/accounts.");
        var secret = await store
            .GetRequiredService<AccountLinkStore>()
            .AddByAdministrator(
                new(account.Id, null, "this server's shell"),
                account,
                $"A link to reset the password of {account.Login} was made in the server's shell",
                ct
            );
        var console = ServerSettings.Address(ServerSettings.From(values).ConsoleUrl);
        await System.Console.Out.WriteLineAsync($"{console}/signin/new-password?link={secret.Reveal()}");
        await System.Console.Error.WriteLineAsync(
            $"It works once, within an hour. Pass it on to {account.Login} over a way that others cannot read."
        );
        return 0;
    }
}
