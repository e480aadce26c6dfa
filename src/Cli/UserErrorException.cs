namespace Cli;

/// <summary>Something the user can put right. The message is all they see; anything else thrown is our bug.</summary>
internal class UserErrorException(string message, Exit exit = Exit.Error) : Exception(message)
{
    public Exit Exit { get; } = exit;

    /// <summary>Everything that is wrong, in the stock CLI's form.</summary>
    public static UserErrorException Several(IReadOnlyList<string> messages) =>
        new($"{messages.Count} errors occurred:\n{string.Join('\n', messages.Select((message, i) => $"    {i + 1}) {message}"))}");
}

/// <summary>The published exit codes of the stock CLI. Scripts depend on them.</summary>
internal enum Exit
{
    Success = 0,
    Error = 1,
    Configuration = 2,
    Authentication = 3,
    ResourceFailed = 4,
    Policy = 5,
    StackNotFound = 6,
    NoChanges = 7,
    Cancelled = 8,
    Timeout = 9,
    Internal = 255,
}
