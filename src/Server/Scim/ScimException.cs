namespace Server.Scim;

/// <summary>An answer other than 2xx, as RFC 7644 3.12 has it.</summary>
/// <param name="kind">The <c>scimType</c>; null where the standard has none.</param>
public sealed class ScimException(int status, string? kind, string detail) : Exception(detail)
{
    public int Status { get; } = status;
    public string? Kind { get; } = kind;

    public static ScimException Invalid(string detail) => new(400, "invalidValue", detail);

    public static ScimException Filter(string attribute) =>
        new(400, "invalidFilter", $"This server takes one filter here: {attribute} eq \"…\".");

    public static ScimException NotFound(string what, string id) => new(404, null, $"There is no {what} with the id '{id}'.");

    public static ScimException Taken(string detail) => new(409, "uniqueness", detail);
}
