using System.Text.Json.Nodes;
using Cli.Tests.Support;

namespace Cli.Tests.About;

/// <summary>What <c>about</c> finds in the files of a program, with none of its tools there.</summary>
public sealed class DependencyTests : IDisposable
{
    private readonly TestMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task Nodejs_says_what_is_installed_and_which_plugins_come_with_it()
    {
        Write("Pulumi.yaml", "name: web\nruntime: nodejs\nmain: src/\n");
        Write("src/index.ts", "");
        Write(
            "package.json",
            """{"dependencies":{"@pulumi/aws":"^6.0.0","@pulumi/pulumi":"^3.0.0"},"devDependencies":{"typescript":"^5.0.0"}}"""
        );
        Write(
            "node_modules/@pulumi/aws/package.json",
            """{"name":"@pulumi/aws","version":"6.1.2","pulumi":{"resource":true,"name":"aws"}}"""
        );
        Write("node_modules/@pulumi/pulumi/package.json", """{"name":"@pulumi/pulumi","version":"3.120.0"}""");
        Write("node_modules/semver/package.json", """{"name":"semver","version":"7.0.0"}""");
        Directory.CreateDirectory(Path.Combine(_machine.Home, "plugins", "language-nodejs-v3.99.0"));
        Directory.CreateDirectory(Path.Combine(_machine.Home, "plugins", "language-nodejs-v3.120.0"));
        Directory.CreateDirectory(Path.Combine(_machine.Home, "plugins", "language-nodejs-v3.120.0-beta"));

        var text = (await _machine.Run("about")).Out;

        text.ShouldContain(
            """
            Plugins
            KIND      NAME    VERSION
            language  nodejs  3.120.0
            resource  aws     6.1.2


            """
        );
        text.ShouldEndWith(
            """
            Dependencies
            NAME            VERSION
            @pulumi/aws     6.1.2
            @pulumi/pulumi  3.120.0
            typescript      ^5.0.0


            """
        );
        var json = await About("-t");
        json["dependencies"]!.ToJsonString().ShouldContain("""{"name":"semver","version":"7.0.0"}""");
        json["plugins"]![1]!.ToJsonString().ShouldBe("""{"name":"aws","kind":"resource","version":"6.1.2"}""");
    }

    [Fact]
    public async Task Python_says_what_its_environment_has()
    {
        Write("Pulumi.yaml", "name: web\nruntime:\n  name: python\n  options:\n    virtualenv: env\n");
        Write("requirements.txt", "pulumi>=3.0,<4  # the engine\npulumi-aws == 6.0.0\n\nrequests[socks]\n");

        (await Dependencies()).ShouldBe("pulumi >=3.0,<4; pulumi-aws 6.0.0; requests");
        Write("env/lib/python3.12/site-packages/pulumi_aws-6.2.0.dist-info/METADATA", "");
        Write("env/lib/python3.12/site-packages/pulumi_aws/pulumi-plugin.json", """{"resource":true,"name":"aws"}""");
        Write("env/lib/python3.12/site-packages/six-1.16.0.dist-info/METADATA", "");

        (await Dependencies()).ShouldBe("pulumi >=3.0,<4; pulumi_aws 6.2.0; requests");
        (await Dependencies("-t")).ShouldBe("pulumi_aws 6.2.0; six 1.16.0");
        (await Plugins()).ShouldBe("language python unknown; resource aws 6.2.0");
    }

    [Fact]
    public async Task Python_may_have_a_project_file_of_its_own()
    {
        Write("Pulumi.yaml", "name: web\nruntime: python\n");
        Write(
            "pyproject.toml",
            "[project]\nname = \"web\"\ndependencies = [\n  \"pulumi>=3.0\",\n  'boto3[crt]==1.2',\n]\n[tool.x]\ny = [\"z\"]\n"
        );

        (await Dependencies()).ShouldBe("boto3 1.2; pulumi >=3.0");
    }

    [Fact]
    public async Task Go_names_exact_versions()
    {
        Write("Pulumi.yaml", "name: web\nruntime: go\n");
        Write(
            "go.mod",
            """
            module web

            go 1.22

            require github.com/pulumi/pulumi/sdk/v3 v3.120.0

            require (
            	github.com/pulumi/pulumi-aws/sdk/v6 v6.1.0
            	golang.org/x/net v0.1.0 // indirect
            )

            replace (
            	github.com/a/b v1.0.0 => ../b
            )
            """
        );

        (await Dependencies()).ShouldBe("github.com/pulumi/pulumi-aws/sdk/v6 v6.1.0; github.com/pulumi/pulumi/sdk/v3 v3.120.0");
        (await Dependencies("-t")).ShouldEndWith("; golang.org/x/net v0.1.0");
        (await Plugins()).ShouldBe("language go unknown; resource aws 6.1.0");
    }

    [Fact]
    public async Task Dotnet_says_what_was_restored()
    {
        Write("Pulumi.yaml", "name: web\nruntime: dotnet\n");
        Write(
            "web.csproj",
            """<Project><ItemGroup><PackageReference Include="Pulumi" Version="3.*" /><PackageReference Include="Pulumi.AzureNative"><Version>2.*</Version></PackageReference></ItemGroup></Project>"""
        );

        (await Dependencies()).ShouldBe("Pulumi 3.*; Pulumi.AzureNative 2.*");
        Write(
            "obj/project.assets.json",
            """{"libraries":{"Pulumi/3.66.0":{"type":"package"},"Pulumi.AzureNative/2.1.0":{"type":"package"},"Grpc.Core/1.0.0":{"type":"package"},"own/1.0.0":{"type":"project"}}}"""
        );

        (await Dependencies()).ShouldBe("Pulumi 3.66.0; Pulumi.AzureNative 2.1.0");
        (await Dependencies("-t")).ShouldBe("Grpc.Core 1.0.0; Pulumi 3.66.0; Pulumi.AzureNative 2.1.0");
        (await Plugins()).ShouldBe("language dotnet unknown; resource azure-native 2.1.0");
    }

    [Fact]
    public async Task Java_is_read_where_Maven_builds_it()
    {
        Write("Pulumi.yaml", "name: web\nruntime: java\n");
        Write(
            "pom.xml",
            """<project xmlns="http://maven.apache.org/POM/4.0.0"><dependencies><dependency><groupId>com.pulumi</groupId><artifactId>aws</artifactId><version>6.0.0</version></dependency></dependencies></project>"""
        );

        (await Dependencies()).ShouldBe("com.pulumi:aws 6.0.0");
        (await Plugins()).ShouldBe("language java unknown; resource aws 6.0.0");
    }

    [Fact]
    public async Task The_project_names_plugins_too()
    {
        Write(
            "Pulumi.yaml",
            """
            name: web
            runtime: yaml
            packages:
              random: random@4.16.0
              ours: { source: github.com/acme/ours, version: v1.2.0 }
            plugins:
              providers:
                - { name: local, path: ../bin, version: 0.1.0 }
              analyzers:
                - { name: rules, path: ../rules }
            """
        );

        (await Plugins()).ShouldBe(
            "analyzer rules unknown; language yaml unknown; resource local 0.1.0; resource ours 1.2.0; resource random 4.16.0"
        );
        (await About())["dependencies"].ShouldBeNull();
    }

    [Theory]
    [InlineData("nodejs", "package.json", "{")]
    [InlineData("dotnet", "web.csproj", "<Project>")]
    [InlineData(
        "java",
        "pom.xml",
        "<!DOCTYPE project [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><project><dependencies><dependency><version>&x;</version></dependency></dependencies></project>"
    )]
    public async Task A_broken_file_is_a_warning(string runtime, string file, string text)
    {
        Write("Pulumi.yaml", $"name: web\nruntime: {runtime}\n");
        Write(file, text);

        var result = await _machine.Run("about");

        result.Exit.ShouldBe(0);
        result.Out.ShouldNotContain("root:");
        (
            runtime == "java"
            || result.Error.Contains("Failed to get information about the Pulumi program's dependencies: ", StringComparison.Ordinal)
        ).ShouldBeTrue();
    }

    private async Task<JsonObject> About(params string[] flags) =>
        JsonNode.Parse((await _machine.Run(["about", "-j", .. flags])).Out)!.AsObject();

    private async Task<string> Dependencies(params string[] flags) =>
        string.Join("; ", (await About(flags))["dependencies"]!.AsArray().Select(one => $"{one!["name"]} {one["version"]}".Trim()));

    private async Task<string> Plugins() =>
        string.Join("; ", (await About())["plugins"]!.AsArray().Select(one => $"{one!["kind"]} {one["name"]} {one["version"]}"));

    private void Write(string path, string text) => _machine.Write(Path.Combine(_machine.Work, path), text);
}
