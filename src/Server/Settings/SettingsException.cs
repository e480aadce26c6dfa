namespace Server.Settings;

/// <summary>A setting the operator can put right. The message is all they see.</summary>
public sealed class SettingsException(string message) : Exception(message);
