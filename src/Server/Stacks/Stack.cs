using System.Text.Json;
using Server.Auth;
using Server.Organizations;
using Server.Roles;

namespace Server.Stacks;

/// <summary>A stack as somebody who may see it sees it. Times are Unix milliseconds; 0 is never.</summary>
public sealed record Stack : Standing
{
    public required string Id { get; init; }
    public required string OrganizationId { get; init; }

    /// <summary>The organization's login: the first part of the stack's name.</summary>
    public required string Organization { get; init; }

    public required string Project { get; init; }
    public required string Name { get; init; }

    /// <summary>The number of its last update; 0 before the first.</summary>
    public required long Version { get; init; }

    /// <summary>Its remote configuration as JSON; null where its configuration is in files.</summary>
    public string? Config { get; init; }

    public Wire.StackConfig? RemoteConfig => Config is null ? null : JsonSerializer.Deserialize(Config, Wire.WireJson.Default.StackConfig);

    /// <summary>The update that holds the stack's lease; null while none does.</summary>
    public string? RunningUpdateId { get; init; }

    /// <summary>The most recent update, running or finished, dry or not; null before the first.</summary>
    public string? LatestUpdateId { get; init; }

    public required long LastUpdateMs { get; init; }

    /// <summary>-1 before the first state.</summary>
    public required long ResourceCount { get; init; }

    public required long CreatedMs { get; init; }
    public required long DeletedMs { get; init; }

    /// <summary>How far the caller may go with it, by whatever gives him most: a <see cref="StackLevel"/>.</summary>
    public long Level { get; init; }

    public string FullName => $"{Organization}/{Project}/{Name}";

    /// <summary>Its tags, where a custom role of the caller asks for them; else none.</summary>
    public IReadOnlyDictionary<string, string> TagsForRoles { get; init; } = new Dictionary<string, string>();

    public bool Can(string permission) =>
        IsAdmin
        || Capability.Allows(Level, permission, this)
        || Held.All.Count > 0 && Held.Give(permission, new Entity(EntityKind.Stack, Id, TagsForRoles));

    /// <summary>Has he everything with it that the level gives?</summary>
    /// <param name="level">A <see cref="StackLevel"/>.</param>
    public bool HasLevel(long level) =>
        Level >= level || Capability.Table.Values.Where(c => c.IsOfStack && c.From <= level).All(c => Can(c.Permission));

    /// <exception cref="ApiException">403: he may not.</exception>
    public void Demand(string permission)
    {
        if (!Can(permission))
        {
            throw ApiException.Forbidden(
                $"You need the permission '{permission}' for the stack '{FullName}'. An administrator of the stack or of the organization '{Organization}' can grant it."
            );
        }
    }
}
