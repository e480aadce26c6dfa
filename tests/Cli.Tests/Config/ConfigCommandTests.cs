namespace Cli.Tests.Config;

/// <summary>Changing configuration, on real files and with a real passphrase. What is printed is compared whole.</summary>
public sealed class ConfigCommandTests : ConfigTest
{
    [Theory]
    [InlineData("size", "3", "  web:size: \"3\"\n")]
    [InlineData("aws:region", "eu-west-1", "  aws:region: eu-west-1\n")]
    [InlineData("text", "two\nlines\n", "  web:text: |\n    two\n    lines\n")]
    [InlineData("empty", "", "  web:empty: \"\"\n")]
    [InlineData("a.b", "x", "  web:a.b: x\n")]
    public async Task Setting_a_value_prints_nothing_and_stores_text(string key, string value, string stored)
    {
        await Stack();

        (await Work.Run("config", "set", key, value)).ShouldBe(new(0, "", ""));

        File.ShouldMatch(Salted + "config:\n");
        Config.ShouldBe("config:\n" + stored);
        (await Work.Run("config", "get", key)).ShouldBe(new(0, value + "\n", ""));
    }

    [Fact]
    public async Task Setting_a_value_keeps_comments_and_order_and_appends_new_keys()
    {
        await Stack("# ours\nconfig:\n  web:b: x  # two\n\n  web:a:   'y'\n");

        await Work.Do("config", "set", "b", "z");
        await Work.Do("config", "set", "c", "q");

        Config.ShouldBe("# ours\nconfig:\n  web:b: z  # two\n\n  web:a:   'y'\n  web:c: q\n");
    }

    [Fact]
    public async Task The_byte_order_mark_and_the_line_ends_of_a_file_stay()
    {
        await Stack();
        System.IO.File.WriteAllBytes(Work.StackFile("dev"), [0xEF, 0xBB, 0xBF, .. "config:\r\n  web:a: x"u8]);

        await Work.Do("config", "set", "b", "z");

        System.IO.File.ReadAllBytes(Work.StackFile("dev")).ShouldBe([0xEF, 0xBB, 0xBF, .. "config:\r\n  web:a: x\r\n  web:b: z"u8]);
    }

    [Fact]
    public async Task A_file_that_says_it_already_is_not_written()
    {
        await Stack("config:\n  web:a: x\n");
        var time = DateTime.UnixEpoch.AddDays(1);
        System.IO.File.SetLastWriteTimeUtc(Work.StackFile("dev"), time);

        await Work.Do("config", "set", "a", "x");
        await Work.Do("config", "rm", "b");

        System.IO.File.GetLastWriteTimeUtc(Work.StackFile("dev")).ShouldBe(time);
    }

    [Fact]
    public async Task The_files_mode_and_a_link_to_it_stay()
    {
        await Stack("config:\n  web:a: x\n");
        var elsewhere = Path.Combine(Work.Store, "settings.yaml");
        System.IO.File.Move(Work.StackFile("dev"), elsewhere);
        System.IO.File.SetUnixFileMode(elsewhere, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        System.IO.File.CreateSymbolicLink(Work.StackFile("dev"), elsewhere);

        await Work.Do("config", "set", "a", "z");

        new FileInfo(Work.StackFile("dev")).LinkTarget.ShouldBe(elsewhere);
        System.IO.File.GetUnixFileMode(elsewhere).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        System.IO.File.ReadAllText(elsewhere).ShouldEndWith("config:\n  web:a: z\n");
        Directory.GetFiles(Work.Store, "*.tmp").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_killed_program_left_behind_is_tidied_up()
    {
        await Stack("config:\n  web:a: x\n");
        var leftover = Work.StackFile("dev") + ".0123456789ab.tmp";
        System.IO.File.WriteAllText(leftover, "half");

        await Work.Do("config", "set", "a", "z");

        Directory
            .GetFiles(Work.Machine.Work)
            .Order(StringComparer.Ordinal)
            .ShouldBe([Work.StackFile("dev"), Path.Combine(Work.Machine.Work, "Pulumi.yaml")]);
    }

    [Fact]
    public async Task A_file_in_another_encoding_is_left_alone()
    {
        await Stack();
        byte[] latin = [.. "config:\n  web:a: gr"u8, 0xFC, .. "n\n"u8];
        System.IO.File.WriteAllBytes(Work.StackFile("dev"), latin);

        (await Work.Run("config", "set", "a", "x")).ShouldBe(
            new(1, "", $"error: could not read '{Work.StackFile("dev")}': it is not UTF-8 text\n")
        );
        System.IO.File.ReadAllBytes(Work.StackFile("dev")).ShouldBe(latin);
    }

    [Fact]
    public async Task Many_programs_change_one_file_and_no_change_is_lost()
    {
        await Stack();
        var machines = Enumerable.Range(0, 8).ToList();

        await Parallel.ForEachAsync(machines, async (i, _) => (await Work.Run("config", "set", $"k{i}", $"v{i}")).ShouldBe(new(0, "", "")));

        foreach (var i in machines)
        {
            Config.ShouldContain($"  web:k{i}: v{i}\n");
        }
    }

    [Fact]
    public async Task Paths_lead_into_maps_and_lists_and_make_them()
    {
        await Stack();

        await Work.Do("config", "set", "--path", "names[0]", "a");
        await Work.Do("config", "set", "--path", "names[1]", "b");
        await Work.Do("config", "set", "--path", "outer.inner", "true");
        await Work.Do("config", "set", "--path", "outer.count", "42");
        await Work.Do("config", "set", "--path", "outer.zip", "0123");
        await Work.Do("config", "set", "--path", "servers[0].port", "80");
        await Work.Do("config", "set", "--path", "nested[\"foo.bar\"]", "baz");
        await Work.Do("config", "set", "--path", "aws:tags.owner", "us");
        await Work.Do("config", "set", "--path", "top", "3");

        Config.ShouldBe(
            """
            config:
              web:names:
                - a
                - b
              web:outer:
                inner: true
                count: 42
                zip: "0123"
              web:servers:
                - port: 80
              web:nested:
                foo.bar: baz
              aws:tags:
                owner: us
              web:top: "3"

            """
        );
        (await Work.Do("config", "get", "--path", "names[1]")).ShouldBe("b\n");
        (await Work.Do("config", "get", "--path", "servers[0]")).ShouldBe("{\"port\":80}\n");
        (await Work.Do("config", "get", "outer")).ShouldBe("{\"count\":42,\"inner\":true,\"zip\":\"0123\"}\n");
        await Work.Do("config", "rm", "--path", "names[0]");
        (await Work.Do("config", "get", "names")).ShouldBe("[\"b\"]\n");
    }

    [Theory]
    [InlineData("bool", "true", "true")]
    [InlineData("int", "7", "7")]
    [InlineData("float", "1.5", "1.5")]
    [InlineData("string", "7", "\"7\"")]
    public async Task A_named_type_is_stored(string type, string value, string stored)
    {
        await Stack();

        await Work.Do("config", "set", "a", value, "--type", type);

        Config.ShouldBe($"config:\n  web:a: {stored}\n");
        (await Work.Do("config", "get", "a")).ShouldBe(value + "\n");
    }

    [Fact]
    public async Task A_secret_is_encrypted_and_read_back()
    {
        await Stack();

        (await Work.Run("config", "set", "--secret", "password", "hunter2")).ShouldBe(new(0, "", ""));
        await Work.Do("config", "set", "--secret", "--path", "db.keys[0]", "s3");

        Config.ShouldMatch($"^config:\n  web:password:\n    secure: {Cipher}\n  web:db:\n    keys:\n      - secure: {Cipher}\n$");
        (await Work.Do("config", "get", "password")).ShouldBe("hunter2\n");
        (await Work.Do("config", "get", "db")).ShouldBe("{\"keys\":[\"s3\"]}\n");
        (await Work.Do("config", "get", "password", "--json")).ShouldBe("{\n  \"value\": \"hunter2\",\n  \"secret\": true\n}\n");
    }

    [Fact]
    public async Task A_stack_whose_file_has_no_salt_gets_one_with_its_first_secret()
    {
        await Stack();
        File = "config:\n  web:a: x # one\n";

        await Work.Do("config", "set-all", "--secret", "b=y");

        File.ShouldMatch($"^config:\n  web:a: x # one\n  web:b:\n    secure: {Cipher}\nencryptionsalt: v1:[^\n]+\n$");
        (await Work.Do("config", "get", "b")).ShouldBe("y\n");
    }

    [Theory]
    [InlineData("x\n", "x")]
    [InlineData("x\r\n", "x")]
    [InlineData("x\n\n", "x\n")]
    [InlineData("x", "x")]
    public async Task A_value_is_read_from_standard_input_without_its_last_line_end(string piped, string value)
    {
        await Stack();
        Work.Machine.Input = piped;

        (await Work.Run("config", "set", "a")).ShouldBe(new(0, "", ""));
        (await Work.Do("config", "get", "a")).ShouldBe(value + "\n");
        await Work.Do("config", "set", "a", "--raw");
        (await Work.Do("config", "get", "a")).ShouldBe(piped + "\n");
    }

    [Fact]
    public async Task On_a_terminal_the_value_is_asked_for()
    {
        await Stack();
        Work.Machine.Interactive = true;
        Work.Machine.Typed.Enqueue("typed");

        (await Work.Run("config", "set", "a")).ShouldBe(new(0, "value: \n", ""));
        (Work.Machine.HidesValue, Work.Machine.Interactive) = (true, true);
        Work.Machine.Typed.Enqueue("hidden");
        (await Work.Run("config", "set", "b", "--secret")).ShouldBe(new(0, "value: \n", ""));

        (await Work.Do("config", "get", "a")).ShouldBe("typed\n");
        (await Work.Do("config", "get", "b")).ShouldBe("hidden\n");
        (await Work.Run("config", "set", "a", "--non-interactive")).ShouldBe(
            new(1, "", "error: config value must be specified in non-interactive mode\n")
        );
    }

    [Fact]
    public async Task A_value_that_looks_like_a_secret_is_refused_until_it_is_said_what_it_is()
    {
        var before = await Stack();

        (await Work.Run("config", "set", "apiToken", "9f8b7c6d5e4f3a2b1c0d")).ShouldBe(
            new(
                1,
                "",
                "error: config value for 'web:apiToken' looks like a secret; rerun with --secret to encrypt it, or --plaintext if you meant to store in plaintext\n"
            )
        );
        File.ShouldBe(before);
        (await Work.Run("config", "set", "apiToken", "9f8b7c6d5e4f3a2b1c0d", "--plaintext")).ShouldBe(new(0, "", ""));
    }

    [Fact]
    public async Task Removing_says_nothing_also_of_what_is_not_there()
    {
        await Stack("config:\n  web:a: 1\n  # of b\n  web:b: 2\n  web:c: {d: 1, e: 2}\n  web:f: 3\n");

        (await Work.Run("config", "rm", "a")).ShouldBe(new(0, "", ""));
        (await Work.Run("config", "rm", "nothing")).ShouldBe(new(0, "", ""));
        (await Work.Run("config", "delete", "--path", "c.d")).ShouldBe(new(0, "", ""));
        (await Work.Run("config", "rm-all", "f", "nothing")).ShouldBe(new(0, "", ""));

        Config.ShouldBe("config:\n  # of b\n  web:b: 2\n  web:c: {e: 2}\n");
    }

    [Fact]
    public async Task Several_values_are_set_at_once()
    {
        await Stack();

        (await Work.Run("config", "set-all", "--plaintext", "a=1", "--secret", "b=2", "--plaintext", "c==x=")).ShouldBe(new(0, "", ""));
        await Work.Do("config", "set-all", "--path", "--plaintext", "l[0]=1", "--plaintext", "l[1]=x");

        Config.ShouldMatch($"^config:\n  web:a: \"1\"\n  web:c: '=x='\n  web:b:\n    secure: {Cipher}\n  web:l:\n    - 1\n    - x\n$");
    }

    [Theory]
    [InlineData("error: config value must be in the form [key]=[value]\n", "set-all", "--plaintext", "a")]
    [InlineData(
        "error: the --json option cannot be used with the --plaintext, --secret or --path options\n",
        "set-all",
        "--json",
        "{}",
        "--path"
    )]
    [InlineData(
        "error: configuration key 'web:a' has no value in the JSON; print it with `pulumi config --json --show-secrets`\n",
        "set-all",
        "--json",
        "{\"web:a\":{\"secret\":true}}"
    )]
    [InlineData(
        "error: if any flags in the group [secret plaintext type] are set none of the others can be; [plaintext secret] were all set\n",
        "set",
        "a",
        "b",
        "--secret",
        "--plaintext"
    )]
    [InlineData(
        "error: invalid configuration key: could not parse a:b:c as a configuration key (configuration keys should be of the form `<namespace>:<name>`)\n",
        "set",
        "a:b:c",
        "x"
    )]
    [InlineData("error: there is no map that 'b' could be a member of\n", "set", "--path", "text.b", "x")]
    [InlineData("error: current stack and destination stack are the same\n", "cp", "-d", "dev")]
    [InlineData("error: no stack named 'none' found\n", "cp", "-d", "none")]
    [InlineData("error: no previous deployment\n", "refresh")]
    public async Task What_cannot_be_is_refused_and_the_file_stays(string error, params string[] words)
    {
        var before = await Stack("config:\n  web:text: x\n");

        var result = await Work.Run(["config", .. words]);

        (result.Out, result.Error).ShouldBe(("", error));
        result.Exit.ShouldBe(error.Contains("no stack named", StringComparison.Ordinal) ? 6 : 1);
        File.ShouldBe(before);
    }

    [Fact]
    public async Task Copying_encrypts_secrets_anew_and_takes_environments_along()
    {
        await Stack("environment:\n  - web/dev\nconfig:\n  web:a: 1\n");
        await Work.Do("config", "set", "--secret", "pw", "hunter2");
        await Work.Do("config", "set", "--secret", "--path", "db.pw", "s3cret-of-the-db");
        await Work.Do("stack", "init", "prod", "--no-select");

        (await Work.Run("config", "cp", "a", "--dest", "prod")).ShouldBe(new(0, "", ""));
        System.IO.File.ReadAllText(Work.StackFile("prod")).ShouldEndWith("config:\n  web:a: 1\n");
        (await Work.Run("config", "cp", "--path", "db.pw", "--dest", "prod")).ShouldBe(new(0, "", ""));
        (await Work.Run("config", "cp", "-d", "prod")).ShouldBe(new(0, "", ""));

        var copy = System.IO.File.ReadAllText(Work.StackFile("prod"));
        copy.ShouldMatch(
            $"{Salted}config:\n  web:a: 1\n  web:db:\n    pw:\n      secure: {Cipher}\n  web:pw:\n    secure: {Cipher}\nenvironment:\n  - web/dev\n$"
        );
        copy.ShouldNotContain(File.Split("secure: ")[1].Split('\n')[0]);
        (await Work.Run("config", "get", "db", "-s", "prod")).Out.ShouldBe("{\"pw\":\"s3cret-of-the-db\"}\n");
        (await Work.Run("config", "cp", "nothing", "-d", "prod")).ShouldBe(
            new(1, "", "error: configuration key 'nothing' not found for stack 'dev'\n")
        );
    }

    [Fact]
    public async Task Another_file_may_be_named()
    {
        await Stack("config:\n  web:a: 1\n");
        Work.Machine.Write(Path.Combine(Work.Machine.Work, "other.yaml"), "config:\n  web:a: 2\n");

        (await Work.Do("config", "get", "a", "--config-file", "other.yaml")).ShouldBe("2\n");
        await Work.Do("config", "--config-file", "other.yaml", "set", "a", "3");

        System.IO.File.ReadAllText(Path.Combine(Work.Machine.Work, "other.yaml")).ShouldBe("config:\n  web:a: \"3\"\n");
        Config.ShouldBe("config:\n  web:a: 1\n");
    }

    [Fact]
    public async Task A_project_in_json_has_its_stacks_files_in_json()
    {
        System.IO.File.Delete(Path.Combine(Work.Machine.Work, "Pulumi.yaml"));
        Work.Machine.Write(Path.Combine(Work.Machine.Work, "Pulumi.json"), "{\"name\": \"web\", \"runtime\": \"yaml\"}");
        await Work.Do("stack", "init", "dev");

        await Work.Do("config", "set", "a", "3");

        System
            .IO.File.ReadAllText(Path.Combine(Work.Machine.Work, "Pulumi.dev.json"))
            .ShouldMatch("^{\n    \"encryptionsalt\": \"v1:[^\"]+\",\n    \"config\": {\n        \"web:a\": \"3\"\n    }\n}\n$");
    }

    [Fact]
    public async Task Refreshing_restores_what_the_last_deployment_was_made_with()
    {
        await Stack("config: # ours\n  web:a: 1 # one\n  web:gone: x\n");
        await Work.Do("config", "set", "--secret", "pw", "hunter2");
        var cipher = File.Split("secure: ")[1].TrimEnd('\n');
        Work.Machine.Write(
            Work.InStore("history/web/dev/dev-1700000000000000000.history.json"),
            $$$"""{"kind":"update","startTime":1700000000,"message":"","environment":{},"config":{"web:a":1,"web:b":{"c":[true]},"web:pw":{"secure":"{{{cipher}}}"}},"version":1,"result":"succeeded","endTime":1700000060,"resourceChanges":{}}"""
        );
        var (before, file) = (File, Work.StackFile("dev"));

        (await Work.Run("config", "refresh")).ShouldBe(
            new(0, $"backed up existing configuration file to {file}.bak\nrefreshed configuration for stack 'dev'\n", "")
        );
        Config.ShouldBe($"config: # ours\n  web:a: \"1\" # one\n  web:pw:\n    secure: {cipher}\n  web:b:\n    c:\n      - true\n");
        System.IO.File.ReadAllText(file + ".bak").ShouldBe(before);
        (await Work.Do("config", "refresh")).ShouldStartWith($"backed up existing configuration file to {file}.bak.bak\n");
        (await Work.Do("config", "refresh", "--force")).ShouldBe("refreshed configuration for stack 'dev'\n");
    }

    [Theory]
    [InlineData("env", "ls")]
    [InlineData("env", "add", "web/dev")]
    [InlineData("env", "rm", "web/dev")]
    [InlineData("env", "init")]
    public async Task Environments_need_a_cloud(params string[] words)
    {
        await Stack();

        var result = await Work.Run(["config", .. words]);

        result.Exit.ShouldBe(1);
        result.Error.ShouldMatch(
            "^error: backend [^ ]+ does not support environments; Pulumi ESC environments require the Pulumi Cloud backend, use `pulumi login` without arguments to log into the Pulumi Cloud backend\n$"
        );
    }

    [Fact]
    public async Task Values_from_environments_are_missed_aloud()
    {
        await Stack("environment:\n  - web/dev\n");

        (await Work.Run("config")).ShouldBe(
            new(
                0,
                "KEY  VALUE\n",
                "warning: values from the stack's environments web/dev are not shown: folders, buckets and databases have no environments\n"
            )
        );
    }

    [Fact]
    public async Task Outside_of_a_project_there_is_no_configuration()
    {
        await Stack();
        Work.Machine.Work = Work.Store;

        (await Work.Run("config", "-s", "organization/web/dev")).ShouldBe(
            new(
                1,
                "",
                $"error: no Pulumi.yaml project file found (searching upwards from {Work.Store}). If you have not created a project yet, use `pulumi new` to do so: no project file found\n"
            )
        );
    }
}
