namespace Server.Audit;

public static class AuditServices
{
    public static void AddAudit(this IServiceCollection services)
    {
        services.AddSingleton<AuditStore>();
        services.AddSingleton<AuditVerification>();
    }
}
