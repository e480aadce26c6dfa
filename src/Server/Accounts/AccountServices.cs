using Microsoft.AspNetCore.Identity;
using Server.Accounts.Links;
using Server.Factors;

namespace Server.Accounts;

public static class AccountServices
{
    public static void AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<AccountStore>();
        services.AddSingleton<SignInGuard>();
        services.AddScoped<SignIn>();
        services.AddSingleton<FactorStore>();
        services.AddSingleton<PasskeyStore>();
        services.AddSingleton<AccountLinkStore>();
        services.AddSingleton<AccountMail>();
        services.AddSingleton<EmailVerification>();
        services.AddSingleton<EmailChange>();
        services.AddSingleton<AccountAdministration>();
        services.AddScoped<PasswordReset>();
        // 210,000 rounds of PBKDF2 with SHA-512 are what OWASP's password storage guide asks for.
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 210_000);
        services.Configure<IdentityOptions>(options =>
        {
            options.Lockout.MaxFailedAccessAttempts = SignIn.FailuresBeforeLock;
            options.Lockout.DefaultLockoutTimeSpan = SignIn.LockTime;
        });
        services.AddScoped<IUserStore<Account>, IdentityStore>();
        services.AddScoped<IPasswordHasher<Account>, PasswordHasher<Account>>();
        services.AddScoped<IUserValidator<Account>, AccountRules>();
        services.AddScoped<IPasswordValidator<Account>, AccountRules>();
        services.AddScoped<ILookupNormalizer, UpperInvariantLookupNormalizer>();
        services.AddScoped<IdentityErrorDescriber>();
        services.AddScoped<UserManager<Account>>();
    }
}
