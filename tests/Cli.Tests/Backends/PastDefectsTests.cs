using System.Text.Json.Nodes;
using Cli.Tests.Support;

namespace Cli.Tests.Backends;

/// <summary>What went wrong with stores in the stock CLI at one time or another.</summary>
public sealed class PastDefectsTests : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task A_list_shows_the_stacks_of_one_project_and_a_rename_keeps_it()
    {
        await _work.Do("stack", "init", "dev", "--no-select");
        _work.Plant("dev", Deployments.Of(), project: "api");

        Names(await _work.Do("stack", "ls", "--json")).ShouldBe(["dev"]);
        Names(await _work.Do("stack", "ls", "-p", "api", "--json")).ShouldBe(["organization/api/dev"]);
        Names(await _work.Do("stack", "ls", "--all", "--json")).ShouldBe(["dev", "organization/api/dev"], ignoreOrder: true);

        await _work.Do("stack", "rename", "prod", "-s", "organization/api/dev");

        Directory.GetFiles(_work.InStore("stacks/api"), "*.json").Select(Path.GetFileName).ShouldBe(["prod.json"]);
        Names(await _work.Do("stack", "ls", "--json")).ShouldBe(["dev"]);
    }

    [Fact]
    public async Task A_new_store_has_folders_for_projects()
    {
        await _work.Do("stack", "init", "dev");

        File.ReadAllText(_work.InStore("meta.yaml")).ShouldBe("version: 1\n");
        File.Exists(_work.InStore("stacks/web/dev.json")).ShouldBeTrue();
    }

    /// <summary>A file cannot be moved from one device to another in one step.</summary>
    [Fact]
    public async Task Part_of_a_store_may_be_on_another_device()
    {
        const string memory = "/dev/shm";
        Assert.SkipUnless(Directory.Exists(memory), "There is no other device here.");
        var device = Directory.CreateDirectory(Path.Combine(memory, Path.GetRandomFileName()));
        try
        {
            await _work.Do("stack", "ls", "--all");
            Directory.CreateDirectory(_work.InStore("stacks"));
            Directory.CreateSymbolicLink(_work.InStore("stacks/web"), device.FullName);

            await _work.Do("stack", "init", "dev");
            _work.Machine.Input = $$"""{"version":3,"deployment":{{Deployments.Of(Deployments.Root())}} }""";
            await _work.Do("stack", "import");
            await _work.Do("stack", "rename", "prod");

            Names(await _work.Do("stack", "ls", "--json")).ShouldBe(["prod"]);
            device.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal).ShouldBe(["dev.json.bak", "prod.json"]);
        }
        finally
        {
            device.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Stacks_may_come_and_go_while_they_are_listed()
    {
        await _work.Do("stack", "init", "stays", "--no-select");
        using var over = new CancellationTokenSource();
        var others = Task.Run(
            () =>
            {
                for (var i = 0; !over.IsCancellationRequested; i++)
                {
                    File.Copy(_work.InStore("stacks/web/stays.json"), _work.InStore("new"), overwrite: true);
                    File.Move(_work.InStore("new"), _work.InStore($"stacks/web/s{i % 20}.json"), overwrite: true);
                    File.Delete(_work.InStore($"stacks/web/s{(i + 10) % 20}.json"));
                }
            },
            CancellationToken.None
        );

        for (var i = 0; i < 50; i++)
        {
            Names(await _work.Do("stack", "ls", "--json")).ShouldContain("stays");
        }

        await over.CancelAsync();
        await others;
    }

    private static IEnumerable<string> Names(string list) =>
        JsonNode.Parse(list)!.AsArray().Select(stack => stack!["name"]!.GetValue<string>());
}
