namespace Cli.Tests.Env;

/// <summary>Stacks that take configuration from environments.</summary>
public sealed class StackEnvironmentTests : EnvironmentTest
{
    [Fact]
    public async Task Configuration_comes_from_the_listed_environments_and_the_file_wins()
    {
        await Work.Run("stack", "init", "dev");
        await Define(
            "web/base",
            "values:\n  pulumiConfig: {port: 80, aws:region: eu, o: {x: 1, y: 2}, pw: {fn::secret: hunter2}}\n  environmentVariables: {A: b, T: {fn::secret: t}}\n"
        );

        (await Work.Do("config", "env", "add", "web/base", "--yes")).ShouldBe(
            "KEY         VALUE\naws:region  eu\no           {\"x\":1,\"y\":2}\nport        80\npw          [secret]\n"
        );
        (await Work.Run("config", "env", "add", "web/more")).Error.ShouldContain("environment \"web/more\" not found");
        await Work.Do("config", "set", "--path", "o.y", "3");
        await Work.Do("config", "set", "--secret", "own", "s3");

        (await Work.Do("config")).ShouldBe(
            "KEY         VALUE\naws:region  eu\no           {\"x\":1,\"y\":3}\nown         [secret]\nport        80\npw          [secret]\n\nENVIRONMENT VARIABLE  VALUE\nA                     b\nT                     [secret]\n"
        );
        (await Work.Do("config", "--show-secrets")).ShouldBe(
            "KEY         VALUE\naws:region  eu\no           {\"x\":1,\"y\":3}\nown         s3\nport        80\npw          hunter2\n\nENVIRONMENT VARIABLE  VALUE\nA                     b\nT                     t\n"
        );
        (await Work.Do("config", "get", "pw")).ShouldBe("hunter2\n");
        (await Work.Do("config", "get", "pw", "--json")).ShouldBe("{\n  \"value\": \"hunter2\",\n  \"secret\": true\n}\n");
        await Work.Do("config", "env", "rm", "web/base", "--yes");
        (await Work.Run("config", "get", "pw")).Exit.ShouldNotBe(0);
        (await Work.Do("config", "env", "ls")).ShouldStartWith("This stack configuration has no environments listed.");
    }

    [Fact]
    public async Task A_broken_environment_is_told_and_the_rest_is_shown()
    {
        await Work.Run("stack", "init", "dev");
        System.IO.File.WriteAllText(Work.StackFile("dev"), "environment:\n  - web/none\nconfig:\n  web:a: 1\n");

        (await Work.Do("config")).ShouldBe(
            "KEY  VALUE\na    1\n\nEnvironment diagnostics:\nerror: yaml:1:13: environment \"web/none\" not found\n"
        );
        (await Work.Run("config", "get", "a")).Error.ShouldContain("environment \"web/none\" not found");
        (await Work.Do("config", "get", "a", "--open=false")).ShouldBe("1\n");
    }

    [Fact]
    public async Task A_definition_in_the_file_is_evaluated_too()
    {
        await Work.Run("stack", "init", "dev");
        System.IO.File.WriteAllText(Work.StackFile("dev"), "environment:\n  values:\n    pulumiConfig:\n      a: ${b}\n    b: 7\n");

        (await Work.Do("config", "get", "a")).ShouldBe("7\n");
    }

    [Fact]
    public async Task A_stacks_file_becomes_an_environment()
    {
        await Work.Run("stack", "init", "dev");
        await Work.Do("config", "set", "a", "${x}");
        await Work.Do("config", "set", "--secret", "--path", "o.pw", "hunter2");

        (await Work.Do("config", "env", "init", "--yes")).ShouldBe(
            "Creating environment web/dev for stack dev:\nvalues:\n  pulumiConfig:\n    web:a: \"$${x}\"\n    web:o:\n      pw:\n        fn::secret: \"[secret]\"\n"
        );

        System.IO.File.ReadAllText(Work.StackFile("dev")).ShouldNotContain("secure");
        (await Work.Do("config", "env", "ls")).ShouldBe("ENVIRONMENTS\nweb/dev\n");
        (await Work.Do("config", "--show-secrets")).ShouldBe("KEY  VALUE\na    ${x}\no    {\"pw\":\"hunter2\"}\n");
    }

    [Fact]
    public async Task Remote_configuration_is_in_an_environment_of_the_stacks_name()
    {
        (await Work.Run("stack", "init", "dev", "--remote-config")).ShouldBe(new(0, "", "Created stack 'dev'\n"));

        await Work.Do("env", "set", "web/dev", "pulumiConfig.a", "5");
        (await Work.Do("config")).ShouldBe("KEY  VALUE\na    5\n");
        (await Work.Do("config", "get", "a")).ShouldBe("5\n");
        (await Work.Run("config", "set", "a", "6")).Error.ShouldBe(
            "error: config set not supported for remote stack config: use `pulumi env set web/dev pulumiConfig.a <value>`\n"
        );
        (await Work.Run("config", "env", "add", "web/x")).Error.ShouldContain("use `pulumi env edit web/dev`");
        System.IO.File.Exists(Work.StackFile("dev")).ShouldBeFalse();
        System.IO.File.WriteAllText(Work.StackFile("dev"), "config:\n  web:a: 1\n");
        (await Work.Run("config")).Error.ShouldContain("is in the environment web/dev; remove `config`");
        (await Work.Run("stack", "init", "other/dev", "--remote-config")).Exit.ShouldNotBe(0);
    }
}
