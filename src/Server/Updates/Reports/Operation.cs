namespace Server.Updates.Reports;

/// <summary>What the engine does with resources, as it names it, and how people say it.</summary>
public static class Operation
{
    public const string Same = "same";
    public const string Refresh = "refresh";
    public const string Read = "read";
    public const string Replace = "replace";

    /// <summary>Of several steps of one resource the one that says most counts. A step that nobody knows counts as a change.</summary>
    public static int Rank(string op) =>
        op switch
        {
            Refresh => 0,
            Same => 1,
            Read => 2,
            Replace => 4,
            _ => 3,
        };

    /// <summary>The order in which people are told of them.</summary>
    public static int Place(string op) =>
        op switch
        {
            "create" => 0,
            "update" => 1,
            Replace => 2,
            "delete" => 3,
            Read => 5,
            Refresh => 6,
            Same => 7,
            _ => 4,
        };

    /// <summary>The steps of a replacement are one.</summary>
    public static string Plain(string op) =>
        op switch
        {
            "create-replacement" or "delete-replaced" or "discard-replaced" or "remove-pending-replace" or Replace => Replace,
            "import-replacement" => "import",
            "read-replacement" => Read,
            _ => op,
        };

    public static string Sign(string op) =>
        op switch
        {
            "create" => "+",
            "delete" or "discard" => "−",
            Replace => "±",
            Same => "=",
            Read or Refresh => "→",
            "import" => "←",
            _ => "~",
        };

    /// <summary><c>created</c>.</summary>
    public static string Past(string op) =>
        op switch
        {
            Same => "unchanged",
            Read => "read",
            "discard" => "discarded",
            _ when op.EndsWith('e') => op + "d",
            "refresh" or "import" => op + "ed",
            _ => op,
        };

    /// <summary><c>creating</c>.</summary>
    public static string Present(string op) =>
        op switch
        {
            Same => "checking",
            _ when op.EndsWith('e') => op[..^1] + "ing",
            _ => op + "ing",
        };
}
