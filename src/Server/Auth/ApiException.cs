namespace Server.Auth;

/// <summary>An answer other than 2xx that the caller can understand. Anything else thrown is our bug and a 500.</summary>
public sealed class ApiException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    /// <summary>What is wrong, for people who look at a page: without the status in words.</summary>
    public string Sentence => Message[(Message.IndexOf(": ", StringComparison.Ordinal) is var end and >= 0 ? end + 2 : 0)..];

    public static ApiException BadRequest(string message) => new(400, "Bad Request: " + message);

    /// <summary>The text the stock CLI's users know; the CLI itself acts on the code.</summary>
    public static ApiException Unauthorized() => new(401, "Unauthorized: No credentials provided or are invalid.");

    /// <summary>For what the caller knows but may not do: the message says what is missing.</summary>
    public static ApiException Forbidden(string message) => new(403, "Forbidden: " + message);

    /// <summary>Also for what exists but is none of the caller's business.</summary>
    public static ApiException NotFound(string message) => new(404, "Not Found: " + message);

    public static ApiException Conflict(string message) => new(409, "Conflict: " + message);
}
