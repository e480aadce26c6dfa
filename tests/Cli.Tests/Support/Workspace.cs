using System.Text.Json.Nodes;

namespace Cli.Tests.Support;

/// <summary>A machine with a project, and a folder that keeps its stacks.</summary>
internal sealed class Workspace : IDisposable
{
    public const string Passphrase = "correct horse";

    public Workspace()
    {
        Store = Directory.CreateDirectory(Path.Combine(Machine.Work, "store")).FullName;
        Machine.Work = Directory.CreateDirectory(Path.Combine(Machine.Work, "web")).FullName;
        Machine.Write(Path.Combine(Machine.Work, "Pulumi.yaml"), "name: web\nruntime: yaml\ndescription: A site\n");
        Machine.Variables["PULUMI_BACKEND_URL"] = Url = "file://" + Store;
        Machine.Variables["PULUMI_CONFIG_PASSPHRASE"] = Passphrase;
    }

    public TestMachine Machine { get; } = new();
    public string Store { get; }
    public string Url { get; }

    public Task<Result> Run(params string[] words) => Machine.Run(words);

    /// <summary>Runs what has to succeed.</summary>
    public async Task<string> Do(params string[] words)
    {
        var result = await Machine.Run(words);
        result.Error.ShouldNotContain("error:");
        result.Exit.ShouldBe(0);
        return result.Out;
    }

    /// <summary>Below <c>.pulumi</c> of the store.</summary>
    public string InStore(string path) => Path.Combine(Store, ".pulumi", path);

    public string StackFile(string stack) => Path.Combine(Machine.Work, $"Pulumi.{stack}.yaml");

    /// <summary>A state file as the stock CLI writes one.</summary>
    public void Plant(string stack, string latest, string project = "web") =>
        Machine.Write(
            InStore($"stacks/{project}/{stack}.json"),
            $$$"""{"version":3,"checkpoint":{"stack":"organization/{{{project}}}/{{{stack}}}","latest":{{{latest}}}}}"""
        );

    public JsonObject State(string stack, string project = "web") =>
        JsonNode.Parse(File.ReadAllText(InStore($"stacks/{project}/{stack}.json")))!["checkpoint"]!["latest"]!.AsObject();

    public void Dispose() => Machine.Dispose();
}

/// <summary>Deployments written by hand from the specification.</summary>
internal static class Deployments
{
    public const string Magic = "\"magic\":\"fab95cc1ec33ad4842e4ce440b669bd522c568e8a7a8934e58ff24ba38128033\",\"version\":\"v3.200.0\"";

    public const string Manifest =
        $$"""{"time":"2030-08-21T10:15:30.123456+02:00",{{Magic}},"plugins":[{"name":"aws","path":"","type":"resource","version":"7.1.0"}]}""";

    public static string Urn(string type, string name, string stack = "dev", string project = "web") =>
        $"urn:pulumi:{stack}::{project}::{type}::{name}";

    public static string Root(string stack = "dev", string outputs = "{}", string project = "web") =>
        $$$"""{"urn":"{{{Urn("pulumi:pulumi:Stack", $"{project}-{stack}", stack, project)}}}","custom":false,"type":"pulumi:pulumi:Stack","outputs":{{{outputs}}}}""";

    public static string Of(params string[] resources) =>
        $$"""{"manifest":{{Manifest}},"resources":[{{string.Join(',', resources)}}],"metadata":{ } }""";

    public static string Bucket(string name, string stack = "dev", string more = "") =>
        $$$"""{"urn":"{{{Urn("aws:s3/bucket:Bucket", name, stack)}}}","custom":true,"id":"{{{name}}}-1","type":"aws:s3/bucket:Bucket","inputs":{"size":12345678901234567890},"parent":"{{{Urn("pulumi:pulumi:Stack", "web-" + stack, stack)}}}"{{{more}}}}""";
}
