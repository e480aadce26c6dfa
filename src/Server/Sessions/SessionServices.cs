namespace Server.Sessions;

public static class SessionServices
{
    public static void AddSessions(this IServiceCollection services)
    {
        services.AddSingleton<SessionStore>();
        services.AddSingleton<SessionLastSeen>();
        services.AddSingleton(provider => provider.GetRequiredService<SessionLastSeen>().Use);
    }
}
