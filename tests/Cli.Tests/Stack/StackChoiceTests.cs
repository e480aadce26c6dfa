using Cli.Tests.Support;

namespace Cli.Tests.Stack;

/// <summary>Which stack a command works on when that is not plain.</summary>
public sealed class StackChoiceTests : IDisposable
{
    private readonly Workspace _work = new();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task A_person_who_configures_a_stack_that_is_not_there_may_make_it()
    {
        _work.Machine.Interactive = true;
        _work.Machine.Typed.Enqueue("");

        (await _work.Run("config", "set", "-s", "dev", "size", "3")).ShouldBe(
            new(
                0,
                "The stack 'dev' does not exist.\n\nIf you would like to create this stack now, please press <ENTER>, otherwise press ^C: \n",
                "Created stack 'dev'\n"
            )
        );
        (await _work.Do("stack", "--show-name")).ShouldBe("dev\n");
        (await _work.Do("config", "get", "size")).ShouldBe("3\n");
        _work.Machine.Typed.Enqueue(null);
        (await _work.Run("config", "-s", "prod")).ShouldBe(
            new(
                6,
                "The stack 'prod' does not exist.\n\nIf you would like to create this stack now, please press <ENTER>, otherwise press ^C: \n",
                "error: no stack named 'prod' found\n"
            )
        );
        (await _work.Run("stack", "output", "-s", "prod")).ShouldBe(new(6, "", "error: no stack named 'prod' found\n"));
    }

    [Fact]
    public async Task A_script_is_not_asked()
    {
        (await _work.Run("config", "set", "-s", "dev", "size", "3")).ShouldBe(new(6, "", "error: no stack named 'dev' found\n"));
        (await _work.Run("config")).ShouldBe(
            new(1, "", "error: no stack selected; please use `pulumi stack select` or `pulumi stack init` to choose one\n")
        );
        (await _work.Run("stack", "output")).ShouldBe(
            new(1, "", "error: no stack selected; please use `pulumi stack select` to choose one\n")
        );
    }

    [Fact]
    public async Task Enter_takes_the_selected_stack_and_without_one_makes_a_new_one()
    {
        _work.Machine.Interactive = true;
        _work.Machine.Picks = "\r";
        await _work.Do("stack", "init", "a", "--no-select");
        await _work.Do("stack", "init", "b");

        await _work.Do("stack", "select");
        (await _work.Do("stack", "--show-name")).ShouldBe("b\n");

        await _work.Do("stack", "unselect");
        _work.Machine.Typed.Enqueue("c");
        (await _work.Run("stack", "select")).Error.ShouldBe("Created stack 'c'\n");
    }

    [Fact]
    public async Task Without_stacks_there_is_nothing_to_choose_from()
    {
        _work.Machine.Interactive = true;

        (await _work.Run("stack", "output")).ShouldBe(new(6, "", "error: this command requires a stack, but there are none\n"));
    }

    [Fact]
    public async Task A_project_makes_no_stacks_of_another_one()
    {
        (await _work.Run("stack", "init", "organization/shop/dev")).ShouldBe(
            new(1, "", "error: provided project name \"shop\" doesn't match Pulumi.yaml\n")
        );
        (await _work.Run("stack", "select", "--create", "organization/shop/dev")).Exit.ShouldBe(1);
        (await _work.Run("stack", "init", "organization//dev")).ShouldBe(new(0, "", "Created stack 'dev'\n"));
        (await _work.Do("stack", "ls", "--all")).ShouldNotContain("shop");
    }

    [Fact]
    public async Task Outside_of_projects_a_stack_is_made_by_its_whole_name()
    {
        _work.Machine.Work = _work.Store;

        (await _work.Run("stack", "init", "organization/shop/dev")).ShouldBe(new(0, "", "Created stack 'organization/shop/dev'\n"));
    }
}
