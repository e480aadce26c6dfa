namespace Cli.Elsewhere;

/// <summary>Under what the help of the program lists its commands.</summary>
internal static class Headings
{
    public static string Of(string command) =>
        command switch
        {
            "new" or "config" or "import" or "refresh" or "install" => "Stack Management Commands",
            "up" or "destroy" or "preview" => "Deployment Commands",
            "env" => "Environment Commands",
            "org" or "project" or "deployment" or "api" => "Pulumi Cloud Commands",
            "policy" => "Policy Management Commands",
            "plugin" or "package" or "schema" => "Plugin Commands",
            "neo" => "AI Commands",
            "watch" or "logs" or "convert" or "template" or "insights" or "do" => "Experimental Commands",
            _ => "Other Commands",
        };
}
