using System.Text.Json.Nodes;

namespace Server.Scim;

/// <summary>What this server tells about itself (RFC 7643, 7644 section 4).</summary>
public static class ScimSchemas
{
    public const string User = "urn:ietf:params:scim:schemas:core:2.0:User";
    public const string Group = "urn:ietf:params:scim:schemas:core:2.0:Group";
    public const string Error = "urn:ietf:params:scim:api:messages:2.0:Error";
    public const string List = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

    public static JsonObject Config(string root) =>
        new()
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"),
            ["patch"] = Supported(true),
            ["bulk"] = new JsonObject
            {
                ["supported"] = false,
                ["maxOperations"] = 0,
                ["maxPayloadSize"] = 0,
            },
            ["filter"] = new JsonObject { ["supported"] = true, ["maxResults"] = ScimUserStore.LargestPage },
            ["changePassword"] = Supported(false),
            ["sort"] = Supported(false),
            ["etag"] = Supported(false),
            ["authenticationSchemes"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "oauthbearertoken",
                    ["name"] = "Bearer token",
                    ["description"] = "The SCIM token of the organization, from its settings.",
                    ["primary"] = true,
                }
            ),
            ["meta"] = new JsonObject { ["resourceType"] = "ServiceProviderConfig", ["location"] = root + "/ServiceProviderConfig" },
        };

    public static JsonObject[] ResourceTypes(string root) => [Type(root, "User", User), Type(root, "Group", Group)];

    public static JsonObject[] Schemas(string root) =>
        [
            Schema(
                root,
                User,
                "User",
                Text("userName", required: true, mutability: "immutable", uniqueness: "server"),
                Text("externalId"),
                Text("displayName"),
                Complex("name", multiple: false, Text("givenName"), Text("familyName"), Text("formatted", mutability: "readOnly")),
                Complex("emails", multiple: true, Text("value"), Text("type"), Flag("primary")),
                Flag("active")
            ),
            Schema(
                root,
                Group,
                "Group",
                Text("displayName", required: true),
                Text("externalId"),
                Complex("members", multiple: true, Text("value"), Text("display", mutability: "readOnly"))
            ),
        ];

    private static JsonObject Supported(bool supported) => new() { ["supported"] = supported };

    private static JsonObject Type(string root, string name, string schema) =>
        new()
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:ResourceType"),
            ["id"] = name,
            ["name"] = name,
            ["endpoint"] = $"/{name}s",
            ["schema"] = schema,
            ["meta"] = new JsonObject { ["resourceType"] = "ResourceType", ["location"] = $"{root}/ResourceTypes/{name}" },
        };

    private static JsonObject Schema(string root, string id, string name, params JsonNode[] attributes) =>
        new()
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:Schema"),
            ["id"] = id,
            ["name"] = name,
            ["attributes"] = new JsonArray(attributes),
            ["meta"] = new JsonObject { ["resourceType"] = "Schema", ["location"] = $"{root}/Schemas/{id}" },
        };

    private static JsonObject Text(string name, bool required = false, string mutability = "readWrite", string uniqueness = "none") =>
        new()
        {
            ["name"] = name,
            ["type"] = "string",
            ["multiValued"] = false,
            ["required"] = required,
            ["caseExact"] = false,
            ["mutability"] = mutability,
            ["returned"] = "default",
            ["uniqueness"] = uniqueness,
        };

    private static JsonObject Flag(string name) =>
        new()
        {
            ["name"] = name,
            ["type"] = "boolean",
            ["multiValued"] = false,
            ["required"] = false,
            ["mutability"] = "readWrite",
            ["returned"] = "default",
        };

    private static JsonObject Complex(string name, bool multiple, params JsonNode[] parts) =>
        new()
        {
            ["name"] = name,
            ["type"] = "complex",
            ["multiValued"] = multiple,
            ["required"] = false,
            ["mutability"] = "readWrite",
            ["returned"] = "default",
            ["subAttributes"] = new JsonArray(parts),
        };
}
