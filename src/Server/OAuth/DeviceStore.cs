using Server.Auth;
using Server.Data;

namespace Server.OAuth;

/// <summary>Owns <c>oauth_device_codes</c>.</summary>
public sealed class DeviceStore(Database database, TimeProvider clock, GrantStore grants)
{
    private const string Waiting = "waiting";
    private const string Approved = "approved";
    private const string Denied = "denied";

    /// <summary>So long an expired code is told apart from an unknown one.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private static readonly TimeSpan Slower = TimeSpan.FromSeconds(5);

    public async Task<(Secret Device, string UserCode)> Create(Asker asker, CancellationToken ct)
    {
        var (device, userCode) = (GrantStore.NewSecret(""), DeviceRequest.NewUserCode());
        var interval = (long)DeviceRequest.Interval.TotalMilliseconds;
        await database.Write(
            async transaction =>
            {
                await transaction.Execute($"DELETE FROM oauth_device_codes WHERE expires_ms < {Now - (long)Memory.TotalMilliseconds}");
                return await transaction.Execute(
                    $"""
                    INSERT INTO oauth_device_codes
                      (secret_hash, user_code_hash, host, command, address, created_ms, expires_ms, interval_ms, polled_ms, decision)
                    VALUES ({device.Hash()}, {DeviceRequest.Hash(userCode)}, {asker.Host}, {asker.Command}, {asker.Address}, {Now},
                      {Now + (long)DeviceRequest.Lifetime.TotalMilliseconds}, {interval}, 0, {Waiting})
                    """
                );
            },
            ct
        );
        return (device, userCode);
    }

    /// <returns>Null unless a command still waits with this code.</returns>
    public Task<DeviceRequest?> Find(string userCode, CancellationToken ct) =>
        database.QueryOne<DeviceRequest>(
            $"""
            SELECT * FROM oauth_device_codes
            WHERE user_code_hash = {DeviceRequest.Hash(userCode)} AND decision = {Waiting} AND expires_ms > {Now}
            """,
            ct
        );

    /// <returns>False if it was too late.</returns>
    public async Task<bool> Decide(string userCode, string accountId, bool approve, CancellationToken ct) =>
        await database.Execute(
            $"""
            UPDATE oauth_device_codes SET decision = {(approve ? Approved : Denied)}, account_id = {accountId}
            WHERE user_code_hash = {DeviceRequest.Hash(userCode)} AND decision = {Waiting} AND expires_ms > {Now}
            """,
            ct
        ) == 1;

    /// <returns>The tokens, once; else one of <see cref="DeviceAnswer"/>.</returns>
    public Task<(IssuedTokens? Tokens, string? Answer)> Poll(Secret device, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                var hash = device.Hash();
                var row = await transaction.QueryOne<Row>($"SELECT * FROM oauth_device_codes WHERE secret_hash = {hash}");
                if (row is null)
                {
                    return Refused(DeviceAnswer.Invalid);
                }
                if (row.Decision == Denied || row.ExpiresMs <= Now)
                {
                    return Refused(row.Decision == Denied ? DeviceAnswer.Denied : DeviceAnswer.Expired);
                }
                if (row.Decision == Waiting)
                {
                    return Refused(await Wait(transaction, hash, row));
                }
                // Deleting is the use; of two polls at once only one deletes.
                return await transaction.Execute($"DELETE FROM oauth_device_codes WHERE secret_hash = {hash}") == 1
                    ? (await grants.Start(transaction, GrantStore.NewId(), row.AccountId!, row), null)
                    : Refused(DeviceAnswer.Invalid);
            },
            ct
        );

    private async Task<string> Wait(Transaction transaction, byte[] hash, Row row)
    {
        // A second of leniency: networks do not deliver evenly.
        var early = row.PolledMs != 0 && Now - row.PolledMs < row.IntervalMs - 1000;
        var interval = row.IntervalMs + (early ? (long)Slower.TotalMilliseconds : 0);
        await transaction.Execute($"UPDATE oauth_device_codes SET polled_ms = {Now}, interval_ms = {interval} WHERE secret_hash = {hash}");
        return early ? DeviceAnswer.SlowDown : DeviceAnswer.Pending;
    }

    private static (IssuedTokens?, string?) Refused(string answer) => (null, answer);

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed record Row : Asker
    {
        public required long ExpiresMs { get; init; }
        public required long IntervalMs { get; init; }
        public required long PolledMs { get; init; }
        public required string Decision { get; init; }
        public string? AccountId { get; init; }
    }
}
