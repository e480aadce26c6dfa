using System.Globalization;
using Server.Audit;
using Server.Data;

namespace Server.Tokens;

/// <summary>What happens to tokens, for the audit log of whom they belong to: of a personal token, its owner's own organization.</summary>
public sealed class TokenAudit(AuditStore audit)
{
    public Task Created(Transaction transaction, string accountId, Token token, Actor actor) =>
        Add(
            transaction,
            accountId,
            actor,
            Pick(token, AuditEvent.PersonalTokenCreated, AuditEvent.OrganizationTokenCreated, AuditEvent.TeamTokenCreated),
            $"{Named(token)} was created{Narrowed(token)}."
        );

    public Task Rotated(Transaction transaction, string accountId, Token token, long untilMs, Actor actor) =>
        Add(
            transaction,
            accountId,
            actor,
            AuditEvent.TokenRotated,
            $"{Named(token)} got a new value; the one before works until {Time(untilMs)}."
        );

    public Task Renamed(Transaction transaction, string accountId, Token token, string description, Actor actor) =>
        Add(transaction, accountId, actor, AuditEvent.TokenRenamed, $"{Named(token)} is now called '{description}'.");

    public Task Deleted(Transaction transaction, string accountId, Token token, Actor actor) =>
        Add(
            transaction,
            accountId,
            actor,
            Pick(token, AuditEvent.PersonalTokenDeleted, AuditEvent.OrganizationTokenDeleted, AuditEvent.TeamTokenDeleted),
            $"{Named(token)} was deleted."
        );

    public Task UsedFromNewAddress(Transaction transaction, TokenUse use) =>
        Add(
            transaction,
            use.AccountId,
            new(use.AccountId, use.TokenId, use.Address),
            AuditEvent.TokenUsedFromNewAddress,
            $"An access token was used from {use.Address} for the first time{(use.Client.Length > 0 ? $", by {use.Client}" : "")}."
        );

    private async Task Add(Transaction transaction, string accountId, Actor actor, string name, string description)
    {
        var machines = await transaction.QueryOne<string>($"SELECT organization_id FROM service_accounts WHERE account_id = {accountId}");
        await (
            machines is null
                ? audit.AddOfAccount(transaction, actor, accountId, name, description)
                : audit.Add(transaction, actor, machines, name, description, stackId: null)
        );
    }

    private static string Pick(Token token, string personal, string organization, string team) =>
        token.Name is null ? personal
        : token.TeamId is null ? organization
        : team;

    private static string Named(Token token) => $"Access token '{token.Label}' ({token.Id})";

    private static string Narrowed(Token token) => token.LimitTexts.ToList() is { Count: > 0 } texts ? ", " + string.Join(", ", texts) : "";

    private static string Time(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
