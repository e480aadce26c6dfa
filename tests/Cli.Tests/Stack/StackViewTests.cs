using Cli.Tests.Support;

namespace Cli.Tests.Stack;

/// <summary>What is shown of a stack, whole.</summary>
public sealed class StackViewTests : IDisposable
{
    private readonly Workspace _work = new();

    public StackViewTests() => _work.Machine.Clock.SetUtcNow(new(2030, 8, 24, 10, 0, 0, TimeSpan.Zero));

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task A_stack_without_updates_says_so()
    {
        await _work.Do("stack", "init", "dev");

        (await _work.Run("stack")).ShouldBe(
            new(
                0,
                """
                Current stack is dev:
                    Managed by build-7
                    No updates yet; run `pulumi up`
                Current stack resources (0):
                    No resources currently in this stack

                Use `pulumi stack select` to change stack; `pulumi stack ls` lists known ones

                """,
                ""
            )
        );
        (await _work.Do("stack", "output")).ShouldBe("Current stack outputs (0):\n    No output values currently in this stack\n");
        (await _work.Do("stack", "output", "--json")).ShouldBe("{}\n");
        (await _work.Do("stack", "export")).ShouldBe("{\n    \"version\": 3,\n    \"deployment\": null\n}\n");
        (await _work.Do("stack", "history")).ShouldBe("Stack has never been updated\n");
        (await _work.Run("stack", "history", "--page", "2")).Out.ShouldBe("No stack updates found on page '2'\n");
        (await _work.Run("stack", "graph", "x.dot")).ShouldBe(new(1, "", "error: unable to find snapshot for stack \"dev\"\n"));
    }

    [Fact]
    public async Task Resources_stand_below_their_parents()
    {
        Plant();

        (await _work.Do("stack", "-s", "dev")).ShouldBe(
            """
            Current stack is dev:
                Managed by build-7
                Last updated: 3 days ago (2030-08-21 08:15:30.123456 +0000 UTC)
                Pulumi version used: v3.200.0
                Plugin aws [resource] version: 7.1.0
            Current stack resources (4):
                TYPE                        NAME
                pulumi:pulumi:Stack         web-dev
                ├─ aws:s3/bucket:Bucket     logs
                │  └─ aws:s3/object:Object  index
                └─ aws:s3/bucket:Bucket     data

            Current stack outputs (3):
                OUTPUT  VALUE
                count   12345678901234567890
                tags    {"a":"<b>","z":null}
                url     https://example.com/?a=1&b=2

            Use `pulumi stack select` to change stack; `pulumi stack ls` lists known ones

            """
        );
        (await _work.Do("stack", "-s", "dev", "--show-ids", "-u")).ShouldContain(
            """
                TYPE                        NAME
                pulumi:pulumi:Stack         web-dev
                │  URN: urn:pulumi:dev::web::pulumi:pulumi:Stack::web-dev
                ├─ aws:s3/bucket:Bucket     logs
                │  │  URN: urn:pulumi:dev::web::aws:s3/bucket:Bucket::logs
                │  │  ID: logs-1
                │  └─ aws:s3/object:Object  index
                │        URN: urn:pulumi:dev::web::aws:s3/bucket:Bucket$aws:s3/object:Object::index
                └─ aws:s3/bucket:Bucket     data
                      URN: urn:pulumi:dev::web::aws:s3/bucket:Bucket::data
                      ID: data-1

            """
        );
    }

    [Fact]
    public async Task The_same_for_scripts()
    {
        Plant();

        (await _work.Do("stack", "get", "-s", "dev", "--output", "json")).ShouldBe(
            """
            {
              "project": "web",
              "stack": "dev",
              "backend": "build-7",
              "tags": {},
              "manifest": {
                "time": "2030-08-21T08:15:30.123Z",
                "pulumiVersion": "v3.200.0",
                "plugins": [
                  {
                    "name": "aws",
                    "kind": "resource",
                    "version": "7.1.0"
                  }
                ]
              },
              "resources": [
                {
                  "urn": "urn:pulumi:dev::web::pulumi:pulumi:Stack::web-dev",
                  "type": "pulumi:pulumi:Stack",
                  "name": "web-dev"
                },
                {
                  "urn": "urn:pulumi:dev::web::aws:s3/bucket:Bucket::logs",
                  "type": "aws:s3/bucket:Bucket",
                  "name": "logs",
                  "id": "logs-1",
                  "parent": "urn:pulumi:dev::web::pulumi:pulumi:Stack::web-dev"
                },
                {
                  "urn": "urn:pulumi:dev::web::aws:s3/bucket:Bucket$aws:s3/object:Object::index",
                  "type": "aws:s3/object:Object",
                  "name": "index",
                  "parent": "urn:pulumi:dev::web::aws:s3/bucket:Bucket::logs"
                },
                {
                  "urn": "urn:pulumi:dev::web::aws:s3/bucket:Bucket::data",
                  "type": "aws:s3/bucket:Bucket",
                  "name": "data",
                  "id": "data-1",
                  "parent": "urn:pulumi:dev::web::pulumi:pulumi:Stack::web-dev"
                }
              ],
              "outputs": {
                "count": 12345678901234567890,
                "tags": {
                  "a": "<b>",
                  "z": null
                },
                "url": "https://example.com/?a=1&b=2"
              }
            }

            """
        );
    }

    [Fact]
    public async Task One_output_is_printed_bare_as_json_or_for_a_shell()
    {
        Plant();

        (await _work.Do("stack", "output", "url", "-s", "dev")).ShouldBe("https://example.com/?a=1&b=2\n");
        (await _work.Do("stack", "output", "url", "-s", "dev", "--json")).ShouldBe("\"https://example.com/?a=1&b=2\"\n");
        (await _work.Do("stack", "output", "-s", "dev", "--shell")).ShouldBe(
            "count=12345678901234567890\ntags='{\"a\":\"<b>\",\"z\":null}'\nurl='https://example.com/?a=1&b=2'\n"
        );
        (await _work.Run("stack", "output", "nope", "-s", "dev")).ShouldBe(
            new(1, "", "error: current stack does not have output property 'nope'\n")
        );
        (await _work.Run("stack", "output", "--shell", "--json", "-s", "dev")).ShouldBe(
            new(1, "", "error: only one of --json and --shell may be set\n")
        );
    }

    [Fact]
    public async Task The_graph_has_parents_and_dependencies()
    {
        Plant();

        (await _work.Do("stack", "graph", "graph.dot", "-s", "dev", "--short-node-name")).ShouldBe(
            "Wrote stack dependency graph to `graph.dot`\n"
        );
        File.ReadAllText(Path.Combine(_work.Machine.Work, "graph.dot"))
            .ShouldBe(
                """
                strict digraph {
                    Resource0 [label="web-dev"];
                    Resource1 [label="logs"];
                    Resource2 [label="index"];
                    Resource3 [label="data"];
                    Resource0 -> Resource1 [color = "#AA6639"];
                    Resource1 -> Resource2 [color = "#AA6639"];
                    Resource1 -> Resource3 [color = "#246C60"];
                    Resource0 -> Resource3 [color = "#AA6639"];
                }

                """
            );
    }

    [Fact]
    public async Task History_is_shown_newest_first()
    {
        await _work.Do("stack", "init", "dev");
        History(
            1,
            """{"kind":"update","startTime":1913414400,"message":"first","environment":{"exec.kind":"cli","b":"","git.head":"abc"},"config":{"web:size":"3","web:pw":{"secure":"v1:x"},"web:list":["a"]},"version":1,"result":"succeeded","endTime":1913414412,"resourceChanges":{"create":1,"same":5,"update":2}}"""
        );
        History(
            2,
            """{"kind":"destroy","startTime":1913500800,"message":"","environment":{},"config":{},"version":2,"result":"in-progress","endTime":0}"""
        );

        (await _work.Do("stack", "history")).ShouldBe(
            """
            Version: 2
            UpdateKind: destroy
            Status: in-progress
            Message: 

            Version: 1
            UpdateKind: update
            Status: succeeded
            Message: first
            +1-0~2 5 Updated 4 days ago took 12s
                exec.kind: cli
                git.head: abc


            """
        );
        (await _work.Do("stack", "history", "--page-size", "1", "--page", "2", "--full-dates")).ShouldContain(
            "+1-0~2 5 Updated 2030-08-20 00:00:00 +0000 UTC took 12s"
        );
        (await _work.Do("stack", "history", "--json", "--page-size", "1", "--page", "2")).ShouldBe(
            """
            [
              {
                "version": 1,
                "kind": "update",
                "startTime": "2030-08-20T00:00:00.000Z",
                "message": "first",
                "environment": {
                  "b": "",
                  "exec.kind": "cli",
                  "git.head": "abc"
                },
                "config": {
                  "web:list": {
                    "value": "[\"a\"]",
                    "objectValue": [
                      "a"
                    ],
                    "secret": false
                  },
                  "web:pw": {
                    "secret": true
                  },
                  "web:size": {
                    "value": "3",
                    "secret": false
                  }
                },
                "result": "succeeded",
                "endTime": "2030-08-20T00:00:12.000Z",
                "resourceChanges": {
                  "create": 1,
                  "same": 5,
                  "update": 2
                }
              }
            ]

            """
        );
    }

    private void History(int number, string entry) =>
        _work.Machine.Write(_work.InStore($"history/web/dev/dev-190000000000000000{number}.history.json"), entry);

    private void Plant() =>
        _work.Plant(
            "dev",
            Deployments.Of(
                Deployments.Root(
                    outputs: """{"url":"https://example.com/?a=1&b=2","count":12345678901234567890,"tags":{"z":null,"a":"<b>"}}"""
                ),
                Deployments.Bucket("logs"),
                $$"""{"urn":"{{Deployments.Urn("aws:s3/bucket:Bucket$aws:s3/object:Object", "index")}}","custom":false,"type":"aws:s3/object:Object","parent":"{{Deployments.Urn("aws:s3/bucket:Bucket", "logs")}}"}""",
                Deployments.Bucket("data", more: $",\"dependencies\":[\"{Deployments.Urn("aws:s3/bucket:Bucket", "logs")}\"]")
            )
        );
}
