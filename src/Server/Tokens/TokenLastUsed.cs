using Server.Auth;
using Server.Data;

namespace Server.Tokens;

/// <param name="Client">What its <c>User-Agent</c> says.</param>
public readonly record struct TokenUse(string TokenId, string AccountId, string Address, string Client);

/// <summary>Writes when, from where and by what a token was last used, late. The first use from an address is audited.</summary>
public sealed class TokenLastUsed(Database database, TimeProvider clock, TokenAudit audit) : LastUse<TokenUse>(database, clock)
{
    protected override async Task Write(Transaction transaction, TokenUse use, long ms)
    {
        await transaction.Execute(
            $"""
            UPDATE access_tokens SET last_used_ms = {ms}, last_address = {use.Address}, last_client = {use.Client}
            WHERE id = {use.TokenId} AND last_used_ms < {ms}
            """
        );
        // Tokens of logins come and go by the hour; their login is what is watched. A token may be gone by now.
        var isNew =
            await transaction.Execute(
                $"""
                INSERT INTO token_addresses (token_id, address, first_ms)
                SELECT t.id, {use.Address}, {ms} FROM access_tokens t WHERE t.id = {use.TokenId} AND t.grant_id IS NULL AND t.issuer_id IS NULL
                ON CONFLICT DO NOTHING
                """
            ) == 1;
        if (isNew)
        {
            await audit.UsedFromNewAddress(transaction, use);
        }
    }
}
