namespace Server.Updates.Pages;

/// <summary>The parts of an update's page.</summary>
public enum UpdatePart
{
    Changes,
    Diagnostics,
    Timeline,
    Configuration,
    Environment,
}
