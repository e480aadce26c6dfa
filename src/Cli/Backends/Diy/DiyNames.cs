namespace Cli.Backends.Diy;

/// <summary>Stack names on stores without organizations: <c>stack</c>, or <c>organization/project/stack</c> with just that word.</summary>
internal sealed class DiyNames(bool legacy, string? project)
{
    public const string Organization = "organization";

    public StackName Parse(string text)
    {
        var parts = text.Split('/');
        if (legacy)
        {
            NameRules.CheckStack(text);
            return new("", "", text);
        }
        if (parts.Length > 3)
        {
            throw new UserErrorException($"could not parse stack name '{text}'");
        }
        if (parts.Length > 1 && parts[0] != Organization)
        {
            throw new UserErrorException("organization name must be 'organization'");
        }
        var of =
            parts.Length == 3 && parts[1].Length > 0
                ? parts[1]
                : project
                    ?? throw new UserErrorException(
                        "no Pulumi.yaml project file found; either run this command from a directory containing a Pulumi project, "
                            + "or pass the fully qualified stack name (organization/project/stack)"
                    );
        NameRules.CheckProject(of);
        NameRules.CheckStack(parts[^1]);
        return new(Organization, of, parts[^1]);
    }

    public string Show(StackName stack, bool full) => !full && (legacy || stack.Project == project) ? stack.Name : stack.Full;
}
