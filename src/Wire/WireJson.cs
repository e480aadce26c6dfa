using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wire;

/// <summary>How every body is read and written: camel case, keys matched in any case, absent instead of null.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchDecryptRequest))]
[JsonSerializable(typeof(BatchDecryptResponse))]
[JsonSerializable(typeof(BatchEncryptRequest))]
[JsonSerializable(typeof(BatchEncryptResponse))]
[JsonSerializable(typeof(BeginUpdateRequest))]
[JsonSerializable(typeof(CapabilitiesResponse))]
[JsonSerializable(typeof(CliVersionResponse))]
[JsonSerializable(typeof(CompleteUpdateRequest))]
[JsonSerializable(typeof(CreateStackRequest))]
[JsonSerializable(typeof(CreateStackResponse))]
[JsonSerializable(typeof(CreateTokenRequest))]
[JsonSerializable(typeof(CreateTokenResponse))]
[JsonSerializable(typeof(CreateUpdateResponse))]
[JsonSerializable(typeof(DecryptRequest))]
[JsonSerializable(typeof(DecryptResponse))]
[JsonSerializable(typeof(DefaultOrganization))]
[JsonSerializable(typeof(Dictionary<string, ConfigValue>))]
[JsonSerializable(typeof(Dictionary<string, System.Text.Json.JsonElement>))]
[JsonSerializable(typeof(Dictionary<string, long>))]
[JsonSerializable(typeof(Dictionary<string, string?>))]
[JsonSerializable(typeof(EncryptRequest))]
[JsonSerializable(typeof(EncryptResponse))]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(HistoryPage))]
[JsonSerializable(typeof(HistoryResponse))]
[JsonSerializable(typeof(ImportStackResponse))]
[JsonSerializable(typeof(ListDeletedStacksResponse))]
[JsonSerializable(typeof(ListStacksResponse))]
[JsonSerializable(typeof(ListTokensResponse))]
[JsonSerializable(typeof(LogDecryptionRequest))]
[JsonSerializable(typeof(RenewLeaseRequest))]
[JsonSerializable(typeof(RenewLeaseResponse))]
[JsonSerializable(typeof(RenameStackRequest))]
[JsonSerializable(typeof(ResourceSearchResult))]
[JsonSerializable(typeof(RestoreDeletedStackRequest))]
[JsonSerializable(typeof(StackActivity))]
[JsonSerializable(typeof(StackConfig))]
[JsonSerializable(typeof(StackPolicyPacksResponse))]
[JsonSerializable(typeof(StackReferences))]
[JsonSerializable(typeof(StackResourceCount))]
[JsonSerializable(typeof(StackResponse))]
[JsonSerializable(typeof(StackTag))]
[JsonSerializable(typeof(StartUpdateRequest))]
[JsonSerializable(typeof(StartUpdateResponse))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonObject))]
[JsonSerializable(typeof(UpdateInfo))]
[JsonSerializable(typeof(UpdateLogRequest))]
[JsonSerializable(typeof(UpdateProgram))]
[JsonSerializable(typeof(UpdateResults))]
[JsonSerializable(typeof(UpdateSummary))]
[JsonSerializable(typeof(UpdateTimeline))]
[JsonSerializable(typeof(TransferStackRequest))]
[JsonSerializable(typeof(User))]
public sealed partial class WireJson : JsonSerializerContext;

/// <summary>Bodies of the OAuth endpoints, which use snake case.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    PropertyNameCaseInsensitive = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(DeviceAuthorization))]
[JsonSerializable(typeof(OAuthMetadata))]
[JsonSerializable(typeof(TokenGrant))]
[JsonSerializable(typeof(TokenGrantError))]
[JsonSerializable(typeof(TokenIntrospection))]
public sealed partial class OAuthJson : JsonSerializerContext;
