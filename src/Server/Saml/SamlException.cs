namespace Server.Saml;

/// <summary>What an identity provider sent is not believed, or cannot be used. The message is shown to people.</summary>
public sealed class SamlException(string message) : Exception(message);
