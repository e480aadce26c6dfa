using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Server.Auth;
using Server.Organizations;
using Server.Roles;
using Server.Stacks;
using Wire;
using Capability = Server.Organizations.Capability;

namespace Server.Environments;

/// <summary>An environment as its organization has it. Its text is in its revisions.</summary>
public sealed record StoredEnvironment
{
    public required string Id { get; init; }
    public required string OrganizationId { get; init; }
    public required string Organization { get; init; }
    public required string Project { get; init; }
    public required string Name { get; init; }

    /// <summary>The number of its newest revision.</summary>
    public required long Latest { get; init; }

    public required bool DeletionProtected { get; init; }
    public required long CreatedMs { get; init; }
    public required long ModifiedMs { get; init; }
    public required long DeletedMs { get; init; }
    public string? OwnerLogin { get; init; }
    public string? OwnerName { get; init; }

    /// <summary>As definitions and diagnostics call it.</summary>
    public string ShortName => $"{Project}/{Name}";

    public string FullName => $"{Organization}/{Project}/{Name}";

    /// <summary>Who looks at it. Null for work that nobody asked for: then nothing may be done with it.</summary>
    public Standing? Reader { get; init; }

    /// <summary>How far the reader may go with it, custom roles aside: an <see cref="EnvironmentLevel"/>.</summary>
    public long Level { get; init; }

    /// <summary>Its tags, where a custom role of the reader asks for them; else none.</summary>
    public IReadOnlyDictionary<string, string> TagsForRoles { get; init; } = new Dictionary<string, string>();

    public bool Can(string permission) =>
        Reader is { } reader
        && (
            reader.IsAdmin
            || Capability.Allows(Level, permission, reader)
            || reader.HasRoles && reader.Held.Give(permission, new Entity(EntityKind.Environment, Id, TagsForRoles))
        );

    /// <summary>Has the reader everything with it that the level gives?</summary>
    /// <param name="level">An <see cref="EnvironmentLevel"/>.</param>
    public bool HasLevel(long level) =>
        Level >= level || Capability.Table.Values.Where(c => c.IsOfEnvironment && c.From <= level).All(c => Can(c.Permission));

    /// <exception cref="ApiException">403: the reader may not.</exception>
    public void Demand(string permission)
    {
        if (!Can(permission))
        {
            throw ApiException.Forbidden(
                $"You need the permission '{permission}' for the environment '{FullName}'. An administrator of the organization '{Organization}' can grant it."
            );
        }
    }

    public Person Owner => new(OwnerName ?? "", OwnerLogin ?? "", AvatarUrl: "");
}

/// <summary>One text that an environment has had.</summary>
public sealed record StoredRevision
{
    public required long Number { get; init; }
    public required string Definition { get; init; }
    public required long CreatedMs { get; init; }
    public required long RetractedMs { get; init; }
    public long? Replacement { get; init; }
    public string? Reason { get; init; }
    public string? Login { get; init; }
    public string? Name { get; init; }
    public string? RetractedLogin { get; init; }
    public string? RetractedName { get; init; }

    /// <summary>Of this text of this environment, for writers who do not want to overwrite what they have not seen.</summary>
    public string ETag =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"\"{Number}-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Definition)).AsSpan(0, 8))}\""
        );
}

public sealed record StoredTag
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Value { get; init; }
    public required long CreatedMs { get; init; }
    public required long ModifiedMs { get; init; }
    public string? EditorLogin { get; init; }
    public string? EditorName { get; init; }
}

public sealed record StoredRevisionTag
{
    public required string Name { get; init; }
    public required long Revision { get; init; }
    public required long CreatedMs { get; init; }
    public required long ModifiedMs { get; init; }
    public string? EditorLogin { get; init; }
    public string? EditorName { get; init; }
}

/// <summary>What things may be called.</summary>
public static partial class EnvironmentNames
{
    /// <summary>Always the newest revision; nobody sets it.</summary>
    public const string Latest = "latest";

    private const int LongestTagValue = 256;

    public static string Check(string noun, string? name) =>
        StackName.Check(noun, name) is var valid && (noun != "project" || valid != "yaml")
            ? valid
            : throw ApiException.BadRequest(
                "A project of environments cannot be called 'yaml': addresses of anonymous definitions begin so."
            );

    public static string CheckRevisionTag(string? name) =>
        name is null || !RevisionTag().IsMatch(name)
            ? throw ApiException.BadRequest(
                "A revision tag has 1 to 100 letters, digits, hyphens, underscores and periods, and begins with a letter or underscore."
            )
        : name is Latest or "tags" ? throw ApiException.BadRequest($"The revision tag '{name}' cannot be set or deleted.")
        : name;

    public static string CheckTag(string? name) =>
        name is not null && Tag().IsMatch(name)
            ? name
            : throw ApiException.BadRequest("A tag's name has 1 to 40 letters, digits, hyphens, underscores, periods and colons.");

    public static string CheckTagValue(string? value) =>
        (value ?? "").Length <= LongestTagValue && IsLine(value ?? "")
            ? value ?? ""
            : throw ApiException.BadRequest($"A tag's value is one line of at most {LongestTagValue} characters.");

    /// <summary>Half of a surrogate pair cannot be stored as UTF-8.</summary>
    internal static bool IsLine(string text) => text.EnumerateRunes().All(rune => !Rune.IsControl(rune) && rune != Rune.ReplacementChar);

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_.-]{0,99}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex RevisionTag();

    [GeneratedRegex(@"^[A-Za-z0-9_.:-]{1,40}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Tag();
}
