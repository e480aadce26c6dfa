using System.CommandLine;

namespace Cli.Invocation;

/// <summary>The flags that every command takes, before or after its name.</summary>
internal sealed record GlobalFlags(string? WorkingDirectory, string Color, bool NonInteractive, int Verbosity)
{
    public bool FullStackNames { get; init; }
    public bool IgnoresIntegrity { get; init; }
    public string? Profile { get; init; }

    private static readonly Option<string?> Directory = new("--cwd", "-C") { Description = "Run as if started in this directory" };

    private static readonly Option<string> ColorOption = new("--color")
    {
        Description = "Colour the output: auto, always, never or raw",
        DefaultValueFactory = _ => "auto",
        CompletionSources = { ColorChoice.Names },
    };

    private static readonly Option<bool> NonInteractiveOption = new("--non-interactive") { Description = "Never ask anything" };
    private static readonly Option<int> VerbosityOption = new("--verbose", "-v")
    {
        Description = "Log level; above 0, internal errors show where they arose",
    };

    private static readonly Option<bool> FullNames = new("--fully-qualify-stack-names", "-Q")
    {
        Description = "Show stack names with organization and project",
    };

    private static readonly Option<bool> NoIntegrity = new("--disable-integrity-checking")
    {
        Description = "Do not verify the integrity of state",
    };

    private static readonly Option<string?> ProfileOption = new("--profile")
    {
        Description = "Use the logins of this profile; `pulumi login --profile NAME` makes one",
    };

    public static readonly Option<bool> Version = new("--version") { Description = "Print the version of this program" };
    public static readonly Option<bool> Help = new("--help", "-h") { Description = "Show help for the command" };

    // Accepted so that the stock CLI's command lines work; nothing here has anything to switch yet.
    private static readonly Option[] Accepted =
    [
        new Option<bool>("--emoji", "-e") { Description = "Use emoji in the output" },
        new Option<bool>("--logflow") { Description = "Pass the log settings on to child processes" },
        new Option<bool>("--logtostderr") { Description = "Log to standard error instead of files" },
        new Option<int>("--memprofilerate") { Description = "Bytes of allocation per sample of the memory profile" },
        new Option<string?>("--otel-traces") { Description = "Export OpenTelemetry traces to this endpoint" },
        new Option<string?>("--profiling") { Description = "Write profiles to files with this prefix" },
        new Option<string?>("--tracing") { Description = "Send traces to this endpoint" },
        new Option<string?>("--tracing-header") { Description = "Header to add to traced requests", Hidden = true },
    ];

    public static IReadOnlyList<Option> All { get; } =
    [Directory, ColorOption, NonInteractiveOption, VerbosityOption, ProfileOption, Version, FullNames, NoIntegrity, .. Accepted];

    public static GlobalFlags Of(ParseResult parse) =>
        new(
            parse.GetValue(Directory) is { Length: > 0 } directory ? directory : null,
            parse.GetValue(ColorOption) ?? "auto",
            parse.GetValue(NonInteractiveOption),
            parse.GetValue(VerbosityOption)
        )
        {
            FullStackNames = parse.GetValue(FullNames),
            IgnoresIntegrity = parse.GetValue(NoIntegrity),
            Profile = parse.GetValue(ProfileOption) is { Length: > 0 } profile ? profile : null,
        };
}
