namespace Server.Resources;

public static class ResourceServices
{
    public static void AddResources(this IServiceCollection services)
    {
        services.AddSingleton<ResourceIndexStore>();
        services.AddSingleton<ResourceListStore>();
        services.AddSingleton<OutputReader>();
        services.AddSingleton<ReferenceStore>();
        services.AddSingleton<ResourceText>();
        services.AddScoped<StateSecrets>();
        services.AddSingleton<ResourceIndexing>();
        services.AddHostedService(provider => provider.GetRequiredService<ResourceIndexing>());
    }
}
