namespace Server.State;

public static class StateServices
{
    public static void AddStates(this IServiceCollection services)
    {
        services.AddSingleton<StateStore>();
        services.AddHostedService<StateSweep>();
    }
}
