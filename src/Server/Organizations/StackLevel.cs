namespace Server.Organizations;

/// <summary>How far somebody may go with a stack, in the published numbers: each includes those before it.</summary>
public static class StackLevel
{
    public const long None = 0;
    public const long Read = 101;
    public const long Write = 102;
    public const long Admin = 103;

    /// <summary>As <see cref="Admin"/>, because he made the stack.</summary>
    public const long Creator = 104;

    public static string NameOf(long level) =>
        level switch
        {
            Read => "read",
            Write => "write",
            Admin or Creator => "admin",
            _ => "none",
        };

    /// <summary>May somebody be given it? A creator becomes one by creating.</summary>
    public static bool IsGrantable(long level) => level is Read or Write or Admin;
}
