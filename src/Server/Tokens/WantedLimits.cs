using Server.Auth;
using Server.Organizations;
using Server.Stacks;

namespace Server.Tokens;

/// <summary>What a person asks a new token to leave out, in names; null and empty are no limit.</summary>
public sealed record WantedLimits(bool ReadOnly, bool NoDecrypt, string? Stack, string? Organization);

/// <summary>Finds what the names mean to the account that asks: it can bind a token only to what it may see.</summary>
public sealed class LimitNames(OrganizationStore organizations, StackStore stacks)
{
    /// <returns>The limits, or what is wrong with them, as a sentence.</returns>
    public async Task<(Limits Limits, string? Problem)> Find(string accountId, WantedLimits wanted, CancellationToken ct)
    {
        var limits = new Limits { ReadOnly = wanted.ReadOnly, NoDecrypt = wanted.NoDecrypt };
        if (wanted.Organization is { Length: > 0 } login)
        {
            if (await organizations.Find(accountId, login, ct) is not { } organization)
            {
                return (limits, $"You are in no organization '{login}'. Name one of yours, or none for all of them.");
            }
            limits = limits with { OrganizationId = organization.Id };
        }
        if (wanted.Stack is { Length: > 0 } name)
        {
            var stack = name.Split('/') is [var owner, var project, var last]
                ? await stacks.Find(accountId, owner, project, last, ct)
                : null;
            if (stack is null)
            {
                return (limits, $"There is no stack '{name}'. Write its whole name: organization/project/stack.");
            }
            if (!limits.Reaches(stack.OrganizationId))
            {
                return (limits, $"The stack '{name}' is not in the organization '{wanted.Organization}'. Leave one of the two out.");
            }
            limits = limits with { StackId = stack.Id };
        }
        return (limits, null);
    }
}
