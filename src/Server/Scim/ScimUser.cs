using System.Net.Mail;
using System.Text.Json.Nodes;

namespace Server.Scim;

/// <summary>A person as an organization's directory knows him.</summary>
public sealed record ScimUser
{
    private const int LongestText = 256;

    public string Id { get; init; } = "";
    public string OrganizationId { get; init; } = "";
    public string AccountId { get; init; } = "";

    /// <summary>Never changes.</summary>
    public string UserName { get; init; } = "";
    public string ExternalId { get; init; } = "";
    public string DisplayName { get; init; } = "";
    public string GivenName { get; init; } = "";
    public string FamilyName { get; init; } = "";
    public string Email { get; init; } = "";
    public bool Active { get; init; } = true;
    public long CreatedMs { get; init; }
    public long ModifiedMs { get; init; }

    /// <summary>What people read.</summary>
    public string Name => DisplayName.Length > 0 ? DisplayName : $"{GivenName} {FamilyName}".Trim();

    /// <summary>A user as a directory sends it; what it says is nothing counts as empty.</summary>
    public static ScimUser Read(JsonObject body)
    {
        var name = body.Member("name") as JsonObject;
        return new ScimUser
        {
            UserName = body.Text("userName"),
            ExternalId = body.Text("externalId"),
            DisplayName = body.Text("displayName"),
            GivenName = name?.Text("givenName") ?? "",
            FamilyName = name?.Text("familyName") ?? "",
            Email = ScimJson.Email(body.Member("emails")),
            Active = body.Member("active") is not { } active || ScimJson.Flag(active, "active"),
        }.Checked();
    }

    /// <summary>Where a directory sends no address, the name often is one.</summary>
    /// <exception cref="ScimException">Something is missing or too long.</exception>
    public ScimUser Checked()
    {
        var complete = Email.Length > 0 ? this : this with { Email = UserName };
        if (complete.UserName.Length == 0)
        {
            throw ScimException.Invalid("userName is missing.");
        }
        foreach (var text in new[] { complete.UserName, ExternalId, DisplayName, GivenName, FamilyName, complete.Email })
        {
            if (text.Length > LongestText || text.Any(char.IsControl))
            {
                throw ScimException.Invalid($"A text has at most {LongestText} characters, on one line.");
            }
        }
        return MailAddress.TryCreate(complete.Email, out var address) && address.Address == complete.Email
            ? complete
            : throw ScimException.Invalid($"'{complete.Email}' is not an e-mail address. Send one in emails, with the type work.");
    }

    public JsonObject ToJson(string root) =>
        new()
        {
            ["schemas"] = new JsonArray(ScimSchemas.User),
            ["id"] = Id,
            ["externalId"] = ExternalId.Length > 0 ? ExternalId : null,
            ["userName"] = UserName,
            ["displayName"] = DisplayName,
            ["name"] = new JsonObject
            {
                ["givenName"] = GivenName,
                ["familyName"] = FamilyName,
                ["formatted"] = Name,
            },
            ["emails"] = new JsonArray(
                new JsonObject
                {
                    ["value"] = Email,
                    ["type"] = "work",
                    ["primary"] = true,
                }
            ),
            ["active"] = Active,
            ["meta"] = ScimJson.Meta("User", $"{root}/Users/{Id}", CreatedMs, ModifiedMs),
        };
}
