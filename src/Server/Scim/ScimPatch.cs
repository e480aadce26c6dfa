using System.Text.Json.Nodes;

namespace Server.Scim;

/// <summary>One operation of a PATCH (RFC 7644 3.5.2).</summary>
/// <param name="Kind"><c>add</c>, <c>remove</c> or <c>replace</c>; Entra writes them with a capital.</param>
/// <param name="Path">Empty where the value names its attributes itself.</param>
public sealed record ScimOperation(string Kind, string Path, JsonNode? Value);

/// <summary>
/// Changes of users in the dialects of Okta (no path, an object of attributes) and Entra (paths, texts for booleans, dotted names). Attributes that
/// are not kept here are passed over, since directories send all that they know.
/// </summary>
public static class ScimPatch
{
    private const int MostOperations = 1000;
    private const string Core = "urn:ietf:params:scim:schemas:core:2.0:";

    /// <exception cref="ScimException">It is not a PATCH.</exception>
    public static List<ScimOperation> Read(JsonObject body)
    {
        if (body.Member("Operations") is not JsonArray { Count: > 0 and <= MostOperations } list)
        {
            throw new ScimException(400, "invalidSyntax", $"A PATCH has 1 to {MostOperations} Operations.");
        }
        return [.. list.Select(Operation)];
    }

    public static ScimUser Apply(ScimUser user, IEnumerable<ScimOperation> operations) => Kept(user, operations.Aggregate(user, Apply));

    /// <returns>What it is to become, with the name that it keeps.</returns>
    /// <exception cref="ScimException">The name would change, or something does not fit.</exception>
    public static ScimUser Kept(ScimUser user, ScimUser changed) =>
        changed.UserName.Equals(user.UserName, StringComparison.OrdinalIgnoreCase)
            ? (changed with { UserName = user.UserName }).Checked()
            : throw new ScimException(400, "mutability", "userName cannot be changed: make a new user and set this one inactive.");

    private static ScimOperation Operation(JsonNode? node)
    {
        if (node is not JsonObject operation)
        {
            throw new ScimException(400, "invalidSyntax", "An operation is an object.");
        }
        var kind = operation.Text("op").ToLowerInvariant();
        if (kind is not ("add" or "remove" or "replace"))
        {
            throw new ScimException(400, "invalidSyntax", $"'{kind}' is no operation; there are add, remove and replace.");
        }
        var path = Plain(operation.Text("path"));
        return kind == "remove" && path.Length == 0
            ? throw new ScimException(400, "noTarget", "A removal says by its path what it removes.")
            : new(kind, path, operation.Member("value"));
    }

    private static ScimUser Apply(ScimUser user, ScimOperation operation)
    {
        if (operation.Path.Length > 0)
        {
            return Set(user, operation.Path, operation.Kind == "remove" ? null : operation.Value);
        }
        return operation.Value is JsonObject attributes
            ? attributes.Aggregate(user, (u, a) => Set(u, Plain(a.Key), a.Value))
            : throw ScimException.Invalid("Without a path the value is an object of attributes.");
    }

    private static ScimUser Set(ScimUser user, string path, JsonNode? value)
    {
        switch (path.ToLowerInvariant())
        {
            case "username":
                return user with { UserName = ScimJson.Text(value, path) };
            case "externalid":
                return user with { ExternalId = ScimJson.Text(value, path) };
            case "displayname":
                return user with { DisplayName = ScimJson.Text(value, path) };
            case "name.givenname":
                return user with { GivenName = ScimJson.Text(value, path) };
            case "name.familyname":
                return user with { FamilyName = ScimJson.Text(value, path) };
            case "name" when value is JsonObject parts:
                return parts.Aggregate(user, (u, p) => Set(u, "name." + p.Key, p.Value));
            case "emails":
                return user with { Email = ScimJson.Email(value) };
            case "active":
                return user with { Active = ScimJson.Flag(value, path) };
            default:
                return ScimFilter.Selection(path) is { } s && IsWorkAddress(s.Attribute, s.Value)
                    ? user with
                    {
                        Email = value is JsonObject email ? email.Text("value") : ScimJson.Text(value, path),
                    }
                    : user;
        }
    }

    private static bool IsWorkAddress(string attribute, string type) =>
        attribute.Equals("emails", StringComparison.OrdinalIgnoreCase) && type is "work" or "true";

    // Entra may write an attribute with its schema before it.
    private static string Plain(string path) =>
        path.StartsWith(Core, StringComparison.OrdinalIgnoreCase) && path.LastIndexOf(':') is var end ? path[(end + 1)..] : path;
}
