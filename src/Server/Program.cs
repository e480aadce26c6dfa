using System.CommandLine;
using Server.Accounts;
using Server.Accounts.Links;
using Server.AuditLog;
using Server.Backup;
using Server.Check;
using Server.Secrets;
using Server.Serve;
using Server.Settings;
using Server.Tokens;

var root = new RootCommand("Holdfast: an open, self-hosted Pulumi Cloud. Start it with `holdfast serve`.")
{
    ServeCommand.Create(),
    new Command("user", "Accounts") { UserAddCommand.Create(), UserResetLinkCommand.Create() },
    new Command("token", "Access tokens") { TokenAddCommand.Create() },
    BackupCommand.Create(),
    RestoreCommand.Create(),
    CheckCommand.Create(),
    new Command("audit", "The audit log") { AuditVerifyCommand.Create() },
    new Command("keys", "Master keys, which protect the secrets of stacks") { KeysRotateCommand.Create() },
};

try
{
    var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
    return await parsed.InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }
    );
}
catch (SettingsException problem)
{
    await Console.Error.WriteLineAsync("holdfast: " + problem.Message);
    return 1;
}
