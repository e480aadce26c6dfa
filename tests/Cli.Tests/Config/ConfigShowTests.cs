namespace Cli.Tests.Config;

/// <summary>Reading configuration. What is printed is compared whole.</summary>
public sealed class ConfigShowTests : ConfigTest
{
    [Fact]
    public async Task The_table_shows_keys_of_the_project_without_its_name_and_hides_secrets()
    {
        await Stack("config:\n  web:size: \"3\"\n  aws:region: eu-west-1\n  web:list:\n    - 1\n    - {on: true}\n");
        await Work.Do("config", "set", "--secret", "pw", "hunter2");
        await Work.Do("config", "set", "--secret", "--path", "db.pw", "s3cret-of-the-db");

        (await Work.Run("config")).ShouldBe(
            new(
                0,
                """
                KEY         VALUE
                aws:region  eu-west-1
                db          {"pw":"[secret]"}
                list        [1,{"on":true}]
                pw          [secret]
                size        3

                """,
                ""
            )
        );
        (await Work.Do("config", "--show-secrets")).ShouldBe(
            """
            KEY         VALUE
            aws:region  eu-west-1
            db          {"pw":"s3cret-of-the-db"}
            list        [1,{"on":true}]
            pw          hunter2
            size        3

            """
        );
    }

    [Fact]
    public async Task The_json_has_full_keys_and_says_of_hidden_secrets_only_that_they_are()
    {
        await Stack("config:\n  web:size: 3\n  web:list: [1, \"<&>\"]\n");
        await Work.Do("config", "set", "--secret", "pw", "hunter2");
        await Work.Do("config", "set", "--secret", "--path", "db.pw", "s3cret-of-the-db");

        (await Work.Do("config", "--json")).ShouldBe(
            """
            {
              "web:db": {
                "secret": true
              },
              "web:list": {
                "value": "[1,\"<&>\"]",
                "objectValue": [
                  1,
                  "<&>"
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
            }

            """
        );
        var shown = await Work.Do("config", "-j", "--show-secrets");
        shown.ShouldContain("\"web:pw\": {\n    \"value\": \"hunter2\",\n    \"secret\": true\n  }");
        shown.ShouldContain(
            "\"value\": \"{\\\"pw\\\":\\\"s3cret-of-the-db\\\"}\",\n    \"objectValue\": {\n      \"pw\": \"s3cret-of-the-db\"\n    },\n    \"secret\": true"
        );

        await Work.Do("stack", "init", "prod");
        await Work.Do("config", "set-all", "--json", shown);
        (await Work.Do("config", "get", "pw")).ShouldBe("hunter2\n");
        (await Work.Do("config", "get", "db")).ShouldBe("{\"pw\":\"s3cret-of-the-db\"}\n");
        (await Work.Do("config", "get", "--path", "list[1]")).ShouldBe("<&>\n");
        System.IO.File.ReadAllText(Work.StackFile("prod")).ShouldNotContain("s3cret-of-the-db");
    }

    [Fact]
    public async Task Without_values_there_is_the_head_of_the_table_and_an_empty_object()
    {
        await Stack();

        (await Work.Do("config")).ShouldBe("KEY  VALUE\n");
        (await Work.Do("config", "--json")).ShouldBe("{}\n");
    }

    [Fact]
    public async Task Values_of_the_project_stand_in_for_those_that_the_stack_lacks()
    {
        Work.Machine.Write(
            Path.Combine(Work.Machine.Work, "Pulumi.yaml"),
            "name: web\nruntime: yaml\nconfig:\n  size: 1\n  color: {type: string, default: red}\n  aws:region: {value: eu}\n  asked: {type: string}\n"
        );
        await Stack("config:\n  web:size: 2\n");

        (await Work.Do("config")).ShouldBe("KEY         VALUE\naws:region  eu\ncolor       red\nsize        2\n");
        (await Work.Do("config", "get", "color")).ShouldBe("red\n");
    }

    [Fact]
    public async Task A_value_that_is_null_counts_as_empty_and_is_told()
    {
        await Stack("config:\n  web:a:\n");

        (await Work.Run("config", "get", "a")).ShouldBe(
            new(0, "\n", "warning: the value of configuration key 'a' is null, which counts as empty\n")
        );
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("web:a", "a")]
    [InlineData("aws:a", "aws:a")]
    public async Task A_key_that_is_not_there_is_told_by_name(string key, string told)
    {
        await Stack();

        (await Work.Run("config", "get", key)).ShouldBe(new(1, "", $"error: configuration key '{told}' not found for stack 'dev'\n"));
    }
}
