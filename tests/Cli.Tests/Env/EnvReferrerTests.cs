namespace Cli.Tests.Env;

/// <summary>What uses an environment, on the real server.</summary>
public sealed class EnvReferrerTests : EnvironmentTest
{
    [Fact]
    public async Task Environments_that_import_one_are_listed_with_the_version_that_they_use()
    {
        await Define("web/base", "values:\n  a: 1\n");
        (await Work.Do("env", "referrer", "ls", "web/base")).ShouldBe("Nothing uses this environment\n");
        await Work.Do("env", "version", "tag", "web/base@stable", "@2");
        await Define("web/first", "imports:\n  - web/base\n");
        await Define("web/second", "imports:\n  - web/base@stable\n");

        (await Work.Do("env", "referrer", "list", "web/base"))
            .Split('\n')
            .Order(StringComparer.Ordinal)
            .ShouldBe([
                "",
                "VERSION  KIND         NAME        ITS VERSION",
                "latest   environment  web/first   2",
                "stable   environment  web/second  2",
            ]);
        (await Work.Do("env", "referrer", "list", "--env", "web/base", "--count", "1")).Split('\n').Length.ShouldBe(3);
        (await Work.Run("env", "referrer", "list", "web/base", "--count", "1", "--all")).Error.ShouldContain("--count and --all");
        (await Work.Run("env", "referrer", "list", "web/none")).Exit.ShouldBe(1);
    }
}
