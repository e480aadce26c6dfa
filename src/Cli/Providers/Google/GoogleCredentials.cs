using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Storage;

namespace Cli.Providers.Google;

/// <summary>What a credentials file of Google's holds, wherever it was found.</summary>
internal static class GoogleCredentials
{
    /// <returns>Null when there is none: then the machine may know who it is.</returns>
    public static JsonObject? Find(Machine machine)
    {
        if (machine.Variable("GOOGLE_CREDENTIALS") is { } given)
        {
            return Parse(given)
                ?? Parse(Decoded(given))
                ?? throw new UserErrorException("GOOGLE_CREDENTIALS is neither the JSON of a credentials file nor its base64");
        }
        if (machine.Variable("GOOGLE_APPLICATION_CREDENTIALS") is { } path)
        {
            return Read(path);
        }
        var folder =
            machine.Variable("CLOUDSDK_CONFIG")
            ?? (
                OperatingSystem.IsWindows()
                    ? Path.Combine(machine.Variable("APPDATA") ?? machine.UserHome.Value, "gcloud")
                    : Path.Combine(machine.Variable("HOME") ?? machine.UserHome.Value, ".config", "gcloud")
            );
        var known = Path.Combine(folder, "application_default_credentials.json");
        return File.Exists(known) ? Read(known) : null;
    }

    public static RSA Key(string pem)
    {
        var key = RSA.Create();
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception problem) when (problem is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new UserErrorException($"the private_key of the Google service account cannot be read: {problem.Message}");
        }
    }

    private static JsonObject Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path)) ?? throw new UserErrorException($"'{path}' is not a credentials file of Google's");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"reading '{path}': {FileFault.Reason(problem)}");
        }
    }

    private static string Decoded(string text)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException)
        {
            return "";
        }
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
