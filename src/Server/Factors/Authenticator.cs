using Microsoft.AspNetCore.Identity;
using Server.Accounts;
using Server.Audit;
using Server.Http;
using Server.Secrets;

namespace Server.Factors;

/// <summary>Codes of authenticator apps, and recovery codes. Wrong ones count, throttle and lock as wrong passwords do.</summary>
public sealed class Authenticator(FactorStore store, OwnerKeys keys, UserManager<Account> users, SignInGuard guard, TimeProvider clock)
{
    private const string Purpose = "totp-seed";

    /// <summary>Begins to set one up.</summary>
    public async Task Offer(string accountId, CancellationToken ct) =>
        await store.Offer(accountId, await keys.Encrypt(accountId, TotpSeed.New(), Purpose, ct), ct);

    /// <returns>Null if none was offered, or it is in use.</returns>
    public async Task<byte[]?> Offered(string accountId, CancellationToken ct) =>
        await store.Seed(accountId, ct) is { Confirmed: false } stored ? await keys.Decrypt(accountId, stored.Seed, Purpose, ct) : null;

    /// <summary>The person proves to have the offered one.</summary>
    public async Task<bool> Confirm(Actor actor, string code, CancellationToken ct) =>
        await Offered(actor.AccountId, ct) is { } seed
        && TotpSeed.Step(seed, Digits(code), clock.GetUtcNow()) is { } step
        && await store.Confirm(actor, step, ct);

    /// <returns>The codes; they are shown once.</returns>
    public async Task<IReadOnlyList<string>> NewCodes(Actor actor, CancellationToken ct)
    {
        var codes = Enumerable.Range(0, RecoveryCode.Count).Select(_ => RecoveryCode.New()).ToList();
        await store.ReplaceCodes(actor, [.. codes.Select(c => RecoveryCode.Hash(c)!)], ct);
        return codes;
    }

    public async Task<FactorAnswer> Check(HttpContext http, Account account, string code)
    {
        if (guard.Failures.IsClosed(http))
        {
            return FactorAnswer.Throttled;
        }
        if (!await users.IsLockedOutAsync(account))
        {
            if (await IsRight(http, account, code))
            {
                await users.ResetAccessFailedCountAsync(account);
                return FactorAnswer.Right;
            }
            await users.AccessFailedAsync(account);
        }
        guard.Failures.Count(http);
        return FactorAnswer.Wrong;
    }

    private async Task<bool> IsRight(HttpContext http, Account account, string code)
    {
        var ct = http.RequestAborted;
        if (RecoveryCode.Hash(code) is { } hash)
        {
            return await store.SpendCode(new(account.Id, null, http.ClientAddress()), hash, ct);
        }
        return await store.Seed(account.Id, ct) is { Confirmed: true } stored
            && TotpSeed.Step(await keys.Decrypt(account.Id, stored.Seed, Purpose, ct), Digits(code), clock.GetUtcNow()) is { } step
            && await store.UseStep(account.Id, step, ct);
    }

    private static string Digits(string code) => string.Concat(code.Where(char.IsAsciiDigit));
}

public enum FactorAnswer
{
    Right,
    Wrong,
    Throttled,
}
