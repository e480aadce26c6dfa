namespace Cli.Env;

/// <summary>A definition that a person has in a file, or pipes in.</summary>
internal static class DefinitionFile
{
    /// <param name="path"><c>-</c> is standard input.</param>
    public static async Task<string> Read(Session session, string path, CancellationToken ct)
    {
        if (path == "-")
        {
            return await session.Machine.Terminal.In.ReadToEndAsync(ct);
        }
        try
        {
            return await File.ReadAllTextAsync(Path.GetFullPath(path, session.Machine.WorkingDirectory), ct);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"reading the definition: {problem.Message}");
        }
    }
}
