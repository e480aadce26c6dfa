namespace Cli.Tests.Env;

public sealed class EnvCommandTests : EnvironmentTest
{
    [Fact]
    public async Task An_environment_is_made_filled_opened_and_removed()
    {
        (await Work.Do("env", "init", "web/dev")).ShouldBe("Environment created: ann/web/dev\n");
        await Work.Do("env", "set", "web/dev", "region", "eu-west-1");
        await Work.Do("env", "set", "web/dev", "db.port", "5432");
        await Work.Do("env", "set", "web/dev", "db.password", "hunter2", "--secret");
        await Work.Do("env", "set", "web/dev", "db.zip", "01234", "--string");

        (await Work.Do("env", "ls")).ShouldBe("web/dev\n");
        (await Work.Do("env", "open", "web/dev")).ShouldBe(
            """
            {
              "db": {
                "password": "hunter2",
                "port": 5432,
                "zip": "01234"
              },
              "region": "eu-west-1"
            }

            """
        );
        (await Work.Do("env", "open", "web/dev", "db.password", "--format", "string")).ShouldBe("hunter2\n");
        (await Work.Do("env", "get", "web/dev", "--value", "yaml")).ShouldBe(
            "db:\n  password: \"[secret]\"\n  port: 5432\n  zip: \"01234\"\nregion: \"eu-west-1\"\n"
        );
        (await Work.Do("env", "get", "web/dev", "--definition")).ShouldMatch(
            "^values:\n  region: eu-west-1\n  db:\n    port: 5432\n    password:\n      fn::secret:\n        ciphertext: ZXNj[A-Za-z0-9+/=]+\n    zip: \"01234\"\n$"
        );
        (await Work.Do("env", "get", "web/dev", "db.password", "--definition", "--show-secrets")).ShouldBe("fn::secret: \"hunter2\"\n");

        await Work.Do("env", "rm", "web/dev", "db");
        (await Work.Do("env", "open", "web/dev", "--format", "yaml")).ShouldBe("region: \"eu-west-1\"\n");
        (await Work.Run("env", "rm", "web/dev")).Exit.ShouldNotBe(0);
        (await Work.Do("env", "rm", "web/dev", "--yes")).ShouldBe("Environment \"ann/web/dev\" has been removed!\n");
        (await Work.Do("env", "ls")).ShouldBe("");
    }

    [Fact]
    public async Task What_is_wrong_with_a_definition_is_said_with_its_line_and_nothing_is_changed()
    {
        await Define("web/dev", "values: {a: 1}\n");
        Work.Machine.Write(File, "values:\n  a: ${b}\n");

        var refused = await Work.Run("env", "edit", "web/dev", "-f", File);

        (refused.Exit, refused.Out).ShouldBe((1, ""));
        refused.Error.ShouldBe("error: the environment has errors:\n  web/dev:2:6: unknown property \"b\"\n      a: ${b}\n");
        (await Work.Do("env", "get", "web/dev", "--definition")).ShouldBe("values: {a: 1}\n");
        (await Work.Run("env", "open", "web/none")).Error.ShouldContain("Environment 'ann/web/none' not found");
        (await Work.Run("env", "edit", "web/dev", "-f", File, "--draft")).Error.ShouldContain("--draft is not supported");
        (await Work.Run("env", "set", "web/dev", "password", "v3ry-L0ng-and-h4rd-t0-guess")).Error.ShouldContain("looks like a secret");
    }

    [Fact]
    public async Task A_program_runs_with_variables_and_files_and_its_output_hides_secrets()
    {
        await Define(
            "web/dev",
            "values:\n  environmentVariables: {GREETING: hello, PORT: 80, TOKEN: {fn::secret: hunter2}}\n  files: {CERT: {fn::secret: \"BEGIN\\nEND\"}}\n"
        );

        (await Work.Do("env", "run", "web/dev", "--", "sh", "-c", "echo $GREETING $PORT $TOKEN; cat $CERT; stat -c %a $CERT")).ShouldBe(
            "hello 80 [secret]\n[secret]600\n"
        );
        (await Work.Run("env", "run", "web/dev", "--", "sh", "-c", "exit 7")).Exit.ShouldBe(7);
        (await Work.Run("env", "run", "web/dev", "--", "no-such-program")).Error.ShouldContain("no-such-program cannot be run");
        (await Work.Do("env", "open", "web/dev", "--format", "dotenv")).ShouldBe("GREETING=\"hello\"\nPORT=\"80\"\nTOKEN=\"hunter2\"\n");
        (await Work.Do("env", "open", "web/dev", "--format", "shell")).ShouldBe(
            "export GREETING=\"hello\"\nexport PORT=\"80\"\nexport TOKEN=\"hunter2\"\n"
        );
    }

    [Fact]
    public async Task Revisions_are_shown_named_compared_withdrawn_and_gone_back_to()
    {
        await Define("web/dev", "values:\n  a: 1\n");
        await Work.Do("env", "set", "web/dev", "a", "2");
        await Work.Do("env", "version", "tag", "web/dev@stable", "@2");

        (await Work.Do("env", "version", "history", "web/dev")).ShouldMatch(
            "^revision 3 \\(tag: latest\\)\nAuthor: ann <ann>\nDate:   [^\n]+\n\nrevision 2 \\(tag: stable\\)\nAuthor: ann <ann>\nDate:   [^\n]+\n\nrevision 1\n"
        );
        (await Work.Do("env", "version", "web/dev@stable")).ShouldStartWith("revision 2 (tag: stable)\n");
        (await Work.Do("env", "version", "tag", "ls", "web/dev")).ShouldBe("NAME    REVISION\nlatest  3\nstable  2\n");
        (await Work.Do("env", "diff", "web/dev@stable")).ShouldBe("  values:\n-   a: 1\n+   a: 2\n");
        await Work.Do("env", "version", "tag", "web/dev@stable", "@3");
        await Work.Do("env", "version", "tag", "rm", "web/dev@stable");
        (await Work.Do("env", "version", "rollback", "web/dev@2")).ShouldBe("Environment rolled back; it is at revision 4 now.\n");
        (await Work.Do("env", "open", "web/dev", "a")).ShouldBe("1\n");
        await Work.Do("env", "version", "retract", "web/dev@3", "--reason", "wrong");
        (await Work.Run("env", "open", "web/dev@3")).Error.ShouldContain("has been retracted; use 2 instead");
        (await Work.Do("env", "version", "history", "web/dev")).ShouldContain("Retracted, use revision 2: wrong\n");
    }

    [Fact]
    public async Task Tags_settings_and_copies()
    {
        await Define("web/dev", "values:\n  p: {fn::secret: pw}\n");
        await Work.Do("env", "tag", "web/dev", "team", "ops");
        await Work.Do("env", "tag", "web/dev", "team", "dev");
        await Work.Do("env", "tag", "mv", "web/dev", "team", "crew");
        (await Work.Do("env", "tag", "ls", "web/dev")).ShouldBe("NAME  VALUE  LAST EDITED BY\ncrew  dev    ann\n");
        await Work.Do("env", "tag", "rm", "web/dev", "crew");

        await Work.Do("env", "settings", "set", "web/dev", "deletion-protected", "true");
        (await Work.Do("env", "settings", "get", "web/dev")).ShouldBe("deletion-protected: true\n");
        (await Work.Run("env", "rm", "web/dev", "--yes")).Error.ShouldContain("protected against deletion");

        (await Work.Do("env", "clone", "web/dev", "copy")).ShouldBe("Environment ann/web/dev has been cloned to ann/web/copy.\n");
        (await Work.Do("env", "open", "ann/web/copy", "p", "--format", "string")).ShouldBe("pw\n");
    }

    [Fact]
    public async Task A_login_that_the_cloud_has_no_function_for_is_refused_with_its_place()
    {
        await Define("web/dev", "values:\n  a: 1\n");

        var refused = await Work.Run("env", "provider", "aws-login", "static", "web/dev", "AKIA1", "hush hush");

        refused.Exit.ShouldBe(1);
        refused.Error.ShouldContain("fn::open");
        (await Work.Do("env", "get", "web/dev", "--definition")).ShouldBe("values:\n  a: 1\n");
    }

    [Fact]
    public async Task Two_words_may_be_a_project_or_an_organization_but_not_both()
    {
        await Define("old", "values: {a: old}\n");
        (await Work.Do("env", "open", "ann/old", "a", "--format", "string")).ShouldBe("old\n");
        await Define("ann/old", "values: {a: new}\n");

        (await Work.Run("env", "open", "ann/old")).Error.ShouldContain("ambiguous environment name \"ann/old\"");
        (await Work.Do("env", "open", "ann/ann/old", "a", "--format", "string")).ShouldBe("new\n");
    }
}
