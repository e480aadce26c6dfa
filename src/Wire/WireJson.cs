using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wire;

/// <summary>How every body is read and written: camel case, keys matched in any case, absent instead of null.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchDecryptRequest))]
[JsonSerializable(typeof(BatchDecryptResponse))]
[JsonSerializable(typeof(BatchEncryptRequest))]
[JsonSerializable(typeof(BatchEncryptResponse))]
[JsonSerializable(typeof(CapabilitiesResponse))]
[JsonSerializable(typeof(CliVersionResponse))]
[JsonSerializable(typeof(CreateStackRequest))]
[JsonSerializable(typeof(CreateStackResponse))]
[JsonSerializable(typeof(CreateTokenRequest))]
[JsonSerializable(typeof(CreateTokenResponse))]
[JsonSerializable(typeof(DecryptRequest))]
[JsonSerializable(typeof(DecryptResponse))]
[JsonSerializable(typeof(DefaultOrganization))]
[JsonSerializable(typeof(Dictionary<string, string?>))]
[JsonSerializable(typeof(EncryptRequest))]
[JsonSerializable(typeof(EncryptResponse))]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(ListStacksResponse))]
[JsonSerializable(typeof(ListTokensResponse))]
[JsonSerializable(typeof(LogDecryptionRequest))]
[JsonSerializable(typeof(StackConfig))]
[JsonSerializable(typeof(StackPolicyPacksResponse))]
[JsonSerializable(typeof(StackResponse))]
[JsonSerializable(typeof(StackTag))]
[JsonSerializable(typeof(User))]
public sealed partial class WireJson : JsonSerializerContext;

/// <summary>Bodies of the OAuth endpoints, which use snake case.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    PropertyNameCaseInsensitive = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(TokenGrant))]
[JsonSerializable(typeof(TokenGrantError))]
public sealed partial class OAuthJson : JsonSerializerContext;
