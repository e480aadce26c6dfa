namespace Server.StackLifecycle;

/// <summary>How stacks come and go. What a stack is, and who may see it, is in <see cref="Stacks"/>, on which states and updates rest; this rests on those.</summary>
public static class StackLifecycleEndpoints
{
    public static void AddStackLifecycle(this IServiceCollection services)
    {
        services.AddSingleton<StackDelete>();
        services.AddSingleton<StackMove>();
        services.AddSingleton<StackMoves>();
    }

    public static void MapStackLifecycle(this IEndpointRouteBuilder routes)
    {
        routes.MapStackCreate();
        routes.MapStackRead();
        routes.MapStackDelete();
        routes.MapStackMove();
        routes.MapStackRestore();
        routes.MapStateDownload();
    }
}
