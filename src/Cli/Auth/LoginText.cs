namespace Cli.Auth;

internal static class LoginText
{
    public const string Help = """
        Log in to a Pulumi state backend.

        Without arguments, this logs in to Pulumi Cloud. The access token in PULUMI_ACCESS_TOKEN is used if it is set;
        otherwise there is a prompt for one, which can also start a login with your web browser.

            $ pulumi login

        A URL logs in to a server of your own that speaks the same protocol:

            $ pulumi login https://api.pulumi.acmecorp.com

        State can be kept without a server, in a folder or a bucket:

            $ pulumi login file:///app/data     a folder
            $ pulumi login --local              short for file://~, which keeps state under ~/.pulumi
            $ pulumi login s3://my-bucket       AWS S3 (this build cannot open it yet, nor the following)
            $ pulumi login gs://my-bucket       Google Cloud Storage
            $ pulumi login azblob://my-bucket   Azure Blob Storage
            $ pulumi login postgres://user@host/database

        A script can hand over a token without showing it to other programs:

            $ pulumi login --token-stdin < token.txt
        """;

    /// <summary>What a person may do instead of pasting a token comes last, and the input stands below the widest line.</summary>
    public static string Prompt(string console)
    {
        string[] lines =
        [
            "Manage your Pulumi stacks by logging in.",
            "Run `pulumi login --help` for alternative login options.",
            $"Enter your access token from {console}/account/tokens",
            "    or hit <ENTER> to log in using your browser",
        ];
        var width = lines.Max(line => line.Length);
        return string.Join('\n', lines[..^1]) + '\n' + lines[^1].PadRight(width) + ": ";
    }

    public static string Welcome(string console) =>
        "\n\n  Welcome to Pulumi!\n\n"
        + $"  Your stacks, state, and deployment history live at {console}\n\n"
        + "  See what's new: https://www.pulumi.com/releases/changelog/\n\n"
        + "  New to Pulumi? Create your first project with `pulumi new`.\n\n\n";
}
