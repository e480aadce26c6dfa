using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Server.Audit;
using Server.Auth;
using Server.Factors;

namespace Server.Accounts;

/// <summary>Checks a name and a password. Does not tell a wrong name from a wrong password or a locked account, nor by how long it takes.</summary>
public sealed class SignIn(UserManager<Account> users, FactorStore factors, SignInGuard guard, AuditStore audit, ILogger<SignIn> log)
{
    public const int FailuresBeforeLock = 5;
    public static readonly TimeSpan LockTime = TimeSpan.FromMinutes(5);

    public async Task<SignInResult> Check(HttpContext http, string nameOrEmail, string password)
    {
        if (guard.Failures.IsClosed(http))
        {
            return new(null, Throttled: true);
        }
        var account = nameOrEmail.Contains('@', StringComparison.Ordinal)
            ? await users.FindByEmailAsync(nameOrEmail)
            : await users.FindByNameAsync(nameOrEmail);
        if (account is null || await users.IsLockedOutAsync(account))
        {
            guard.CompareWithNobody(password);
            NoteFailure(http, account, "The account is locked");
        }
        else if (await users.CheckPasswordAsync(account, password))
        {
            if (!await factors.Any(account.Id, http.RequestAborted)) // else a known password would buy more guesses at the second factor
            {
                await users.ResetAccessFailedCountAsync(account);
            }
            return new(account, Throttled: false);
        }
        else
        {
            await users.AccessFailedAsync(account);
            NoteFailure(http, account, "The password was wrong");
        }
        guard.Failures.Count(http);
        return new(null, Throttled: false);
    }

    /// <summary>Not waited for: how long the answer takes must not tell whether there is such an account.</summary>
    private void NoteFailure(HttpContext http, Account? account, string why)
    {
        if (account is not null)
        {
            var actor = http.ActorAs(account.Id);
            _ = Task.Run(() => WriteFailure(actor, why));
        }
    }

    private async Task WriteFailure(Actor actor, string why)
    {
        try
        {
            await audit.AddOfMember(actor, AuditEvent.UserLoginFailed, $"Could not sign in: {why}", CancellationToken.None);
        }
        catch (Exception problem)
        {
            log.LogWarning(problem, "Could not write down a failed sign-in of {Account}", actor.AccountId);
        }
    }
}

/// <param name="Account">Null if the sign-in failed.</param>
public sealed record SignInResult(Account? Account, bool Throttled);

/// <summary>What sign-in and sign-up remember between requests.</summary>
public sealed class SignInGuard(IOptions<PasswordHasherOptions> options) : IDisposable
{
    private readonly PasswordHasher<Account> _hasher = new(options);
    private readonly Lazy<string> _nobodysHash = new(() => new PasswordHasher<Account>(options).HashPassword(new Account(), "nobody"));

    /// <summary>Wrong passwords of one network, over all accounts.</summary>
    public Throttle Failures { get; } = new(permits: 30, TimeSpan.FromMinutes(5));

    /// <summary>New accounts of one network.</summary>
    public Throttle SignUps { get; } = new(permits: 60, TimeSpan.FromMinutes(5));

    /// <summary>Links to reset a password that one network asked for.</summary>
    public Throttle Resets { get; } = new(permits: 10, TimeSpan.FromMinutes(5));

    /// <summary>Takes as long as a real comparison.</summary>
    public void CompareWithNobody(string password) => _hasher.VerifyHashedPassword(new Account(), _nobodysHash.Value, password);

    public void Dispose()
    {
        Failures.Dispose();
        SignUps.Dispose();
        Resets.Dispose();
    }
}
