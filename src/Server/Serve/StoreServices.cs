using Server.Accounts;
using Server.Audit;
using Server.Check;
using Server.Data;
using Server.Organizations;
using Server.Roles;
using Server.Secrets;
using Server.Settings;
using Server.Stacks;
using Server.State;
using Server.Tokens;

namespace Server.Serve;

/// <summary>The stores without the web server, for commands that work on the same data.</summary>
public static class StoreServices
{
    public static ServiceProvider Open(SettingValues values)
    {
        var folder = ServerSettings.DataFolderOf(values);
        DataFolder.Prepare(folder);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddData(folder, values.Single(Setting.Database));
        services.AddOrganizations();
        services.AddRoles();
        services.AddAccounts();
        services.AddAudit();
        services.AddSingleton<StackStore>();
        services.AddTokens();
        services.AddStates();
        services.AddSingleton<StoreCheck>();
        services.AddSecrets(ServerSettings.MasterKeyFileOf(values));
        return services.BuildServiceProvider();
    }
}
