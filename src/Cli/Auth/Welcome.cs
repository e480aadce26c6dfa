namespace Cli.Auth;

internal static class Welcome
{
    /// <summary>What a person reads after logging in by hand.</summary>
    public static string Text(string console) =>
        $"""


              Welcome to Pulumi!

              Your stacks, state, and deployment history live at {console}

              See what's new: https://www.pulumi.com/releases/changelog/

              New to Pulumi? Create your first project with `pulumi new`.



            """;
}
