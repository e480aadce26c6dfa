using System.CommandLine;
using Cli.Invocation;

namespace Cli.RawApi;

internal sealed class ApiOptions
{
    private readonly Option<string?> method = new("--method", "-X")
    {
        Description = "The HTTP method. GET, or POST where something is sent",
    };

    private readonly Option<string[]> fields = new("--field", "-F")
    {
        Description = "A field as name=value; true, false, null and numbers are typed, @file is a file's text",
    };

    private readonly Option<string[]> texts = new("--raw-field", "-f") { Description = "A field as name=value, always text" };
    private readonly Option<string[]> headers = new("--header", "-H") { Description = "A header as name: value" };
    private readonly Option<bool> all = new("--all") { Description = "Follow continuation tokens and put all pages together" };
    private readonly Option<bool> include = new("--include", "-i") { Description = "Print status and headers of the answer, too" };
    private readonly Option<bool> silent = new("--silent") { Description = "Do not print the body of the answer" };
    private readonly Option<bool> verbose = new("--verbose") { Description = "Say request and answer on standard error" };
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Print the request instead of sending it" };
    private readonly Option<string> output = JsonOutput.NewOption();

    public Option<string?> Input { get; } = new("--input") { Description = "A file with the body; - is standard input" };
    public Option<string?> Body { get; } = new("--body") { Description = "The body itself" };

    public Option<int> EnvelopeVersion { get; } =
        new("--envelope-version") { Description = "The form of --output json, which is 1", DefaultValueFactory = _ => 1 };

    public IEnumerable<Option> All =>
        [Refresh(), method, fields, texts, headers, Input, Body, all, include, silent, verbose, dryRun, output, EnvelopeVersion];

    /// <summary>The stock CLI keeps a copy of the description.</summary>
    public static Option<bool> Refresh() =>
        new("--refresh-spec") { Description = "Ask for the description of the API anew, as is always done" };

    public ApiWishes Read(ParseResult parse) =>
        new(
            parse.GetValue(method)?.ToUpperInvariant(),
            parse.GetValue(fields) ?? [],
            parse.GetValue(texts) ?? [],
            parse.GetValue(headers) ?? [],
            parse.GetValue(Input),
            parse.GetValue(Body),
            parse.GetValue(all),
            parse.GetValue(include),
            parse.GetValue(silent),
            parse.GetValue(verbose),
            parse.GetValue(dryRun),
            parse.GetValue(output) == "json"
        );
}

internal sealed record ApiWishes(
    string? Method,
    IReadOnlyList<string> Fields,
    IReadOnlyList<string> Texts,
    IReadOnlyList<string> Headers,
    string? Input,
    string? Body,
    bool All,
    bool Include,
    bool Silent,
    bool Verbose,
    bool DryRun,
    bool Json
);
