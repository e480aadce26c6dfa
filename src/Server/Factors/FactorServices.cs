using Microsoft.AspNetCore.Identity;
using Server.Accounts;
using Server.Settings;

namespace Server.Factors;

public static class FactorServices
{
    public static void AddFactors(this IServiceCollection services)
    {
        services.AddSingleton<FactorRules>();
        services.AddSingleton<PendingSignIn>();
        services.AddSingleton<FreshProof>();
        services.AddSingleton<Admission>();
        services.AddScoped<Authenticator>();
        services.AddScoped<Passkeys>();
        services.AddScoped<IPasskeyHandler<Account>, PasskeyHandler<Account>>();
        services
            .AddOptions<IdentityPasskeyOptions>()
            .Configure<ServerSettings>(
                (options, settings) =>
                {
                    options.ServerDomain = settings.ConsoleUrl.Host;
                    options.UserVerificationRequirement = "required"; // possession and a finger or PIN: a passkey is two factors
                    options.ResidentKeyRequirement = "required"; // it knows whose it is, so that nobody types a name
                    options.ValidateOrigin = asked =>
                        new(!asked.CrossOrigin && asked.Origin == $"{asked.HttpContext.Request.Scheme}://{asked.HttpContext.Request.Host}");
                }
            );
    }
}
