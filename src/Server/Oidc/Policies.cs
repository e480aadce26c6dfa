using System.Text.Json;
using System.Text.Json.Nodes;
using Server.Auth;
using Wire;

namespace Server.Oidc;

/// <summary>The rules of an issuer, as they are kept.</summary>
public static class Policies
{
    private static readonly System.Text.Json.Serialization.Metadata.JsonTypeInfo<AuthPolicyUpdateRequest> Shape = WireJson
        .Default
        .AuthPolicyUpdateRequest;

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a page escapes it
    };

    public static IReadOnlyList<AuthPolicyDefinition> Read(Issuer issuer) =>
        JsonSerializer.Deserialize(issuer.Policies, Shape)?.Policies ?? [];

    public static string Write(IReadOnlyList<AuthPolicyDefinition> policies) => JsonSerializer.Serialize(new(policies), Shape);

    /// <param name="text">A list of rules, as a person writes it.</param>
    /// <exception cref="ApiException">It is none.</exception>
    public static IReadOnlyList<AuthPolicyDefinition> Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize($$"""{"policies":{{text}}}""", Shape)?.Policies ?? [];
        }
        catch (JsonException problem)
        {
            throw ApiException.BadRequest($"The rules are no JSON list of rules; it goes wrong in line {problem.LineNumber + 1}.");
        }
    }

    /// <summary>As a person reads it.</summary>
    public static string Pretty(IReadOnlyList<AuthPolicyDefinition> policies) =>
        JsonNode.Parse(Write(policies))!["policies"]!.ToJsonString(Indented);

    /// <summary>Of a new issuer: nobody gets in.</summary>
    public static readonly string None = Write([]);
}
