namespace Cli;

/// <summary>Whether somebody is there to answer. A pseudo terminal inside a CI system has nobody behind it.</summary>
internal static class Interactivity
{
    public static bool IsPossible(Machine machine) =>
        machine.Terminal.InIsTerminal
        && machine.Terminal.OutIsTerminal
        && !string.Equals(machine.Variable("TERM"), "dumb", StringComparison.Ordinal)
        && (machine.IsOn("PULUMI_DISABLE_CI_DETECTION") || !RunsInCi(machine));

    private static bool RunsInCi(Machine machine) =>
        Array.Exists(Markers, name => machine.Variable(name) is not null)
        || string.Equals(machine.Variable("CI_NAME"), "codeship", StringComparison.Ordinal)
        || (machine.Variable("TASK_ID") is not null && machine.Variable("RUN_ID") is not null)
        || machine.Environment.Any(variable =>
            variable.Value.Length > 0
            && (
                variable.Key.StartsWith("SPACELIFT_", StringComparison.Ordinal)
                || variable.Key.StartsWith("TF_VAR_spacelift_", StringComparison.Ordinal)
            )
        );

    private static readonly string[] Markers =
    [
        "PULUMI_CI_SYSTEM",
        "APPVEYOR",
        "CODEBUILD_BUILD_ARN",
        "bamboo_planKey",
        "BITBUCKET_COMMIT",
        "TF_BUILD",
        "BUILDKITE",
        "CIRCLECI",
        "CF_BUILD_URL",
        "DRONE",
        "GITHUB_ACTIONS",
        "GITLAB_CI",
        "GO_PIPELINE_LABEL",
        "HUDSON_URL",
        "JENKINS_URL",
        "MAGNUM",
        "SEMAPHORE",
        "TEAMCITY_VERSION",
        "TRAVIS",
    ];
}
