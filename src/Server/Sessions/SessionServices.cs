using Server.Auth;

namespace Server.Sessions;

public static class SessionServices
{
    public static void AddSessions(this IServiceCollection services)
    {
        services.AddSingleton<SessionStore>();
        services.AddSingleton<SessionLastSeen>();
        services.AddSingleton<LastUse>(provider => provider.GetRequiredService<SessionLastSeen>());
    }
}
