namespace Server.Resources;

/// <summary>Addresses of the pages of resources. URNs are in the query: they hold slashes and dots, which browsers would resolve.</summary>
public static class ResourceAddress
{
    /// <param name="stack"><c>org/project/stack</c></param>
    public static string Of(string stack, string urn) => $"/{stack}/resource?urn={Uri.EscapeDataString(urn)}";
}
