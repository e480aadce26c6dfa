namespace Server.Organizations;

/// <summary>How far somebody may go with an environment: each includes those before it. Clients name them in words.</summary>
public static class EnvironmentLevel
{
    public const long None = 0;

    /// <summary>To see its definition, not what it evaluates to.</summary>
    public const long Read = 1;

    /// <summary>To evaluate it and see its secrets.</summary>
    public const long Open = 2;

    public const long Write = 3;
    public const long Admin = 4;

    private static readonly string[] Names = ["none", "read", "open", "write", "admin"];

    public static string NameOf(long level) => Names[(int)level];

    /// <returns>Null if it is none.</returns>
    public static long? Parse(string? name) => Array.IndexOf(Names, name) is >= 0 and var level ? level : null;

    /// <summary>May somebody be given it?</summary>
    public static bool IsGrantable(long? level) => level is Read or Open or Write or Admin;
}
