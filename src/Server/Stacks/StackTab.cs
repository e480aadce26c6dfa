namespace Server.Stacks;

/// <summary>The parts of a stack's pages, in the order of their tabs.</summary>
public enum StackTab
{
    Overview,
    Updates,
    Resources,
    Activity,
    Readme,
    Settings,
}
