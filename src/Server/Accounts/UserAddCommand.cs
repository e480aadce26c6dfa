using System.CommandLine;
using Microsoft.AspNetCore.Identity;
using Server.Serve;
using Server.Settings;

namespace Server.Accounts;

/// <summary><c>holdfast user add NAME --email E [--admin] --password-stdin</c>, while the server runs or not.</summary>
public static class UserAddCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The user name; also the name of the account's own organization" };
        var email = new Option<string>("--email") { Description = "The e-mail address", Required = true };
        var admin = new Option<bool>("--admin") { Description = "Make it a site administrator (the first account always is)" };
        var stdin = new Option<bool>("--password-stdin") { Description = "Read the password from standard input", Required = true };
        var command = new Command("add", "Make an account") { name, email, admin, stdin };
        var options = SettingOptions.AddTo(command, Setting.OfStore);
        command.SetAction(
            (parsed, _) => Run(options.Read(parsed), parsed.GetRequiredValue(name), parsed.GetRequiredValue(email), parsed.GetValue(admin))
        );
        return command;
    }

    private static async Task<int> Run(SettingValues values, string name, string email, bool admin)
    {
        var password = (await System.Console.In.ReadToEndAsync()).TrimEnd('\r', '\n');
        await using var store = StoreServices.Open(values);
        await using var scope = store.CreateAsyncScope();
        var account = new Account
        {
            Login = name,
            Name = name,
            Email = email,
            SiteAdmin = admin,
        };
        var made = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().CreateAsync(account, password);
        if (!made.Succeeded)
        {
            throw new SettingsException(string.Join("\n", made.Errors.Select(e => e.Description)));
        }
        await System.Console.Out.WriteLineAsync($"Made the account {account.Login}{(account.SiteAdmin ? ", a site administrator" : "")}.");
        return 0;
    }
}
