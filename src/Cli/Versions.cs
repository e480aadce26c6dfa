namespace Cli;

internal static class Versions
{
    /// <summary>The release of the stock CLI whose behaviour this is, and our own version as build metadata: scripts compare the former.</summary>
    public const string Current = "v3.260.0+holdfast.0.1.0";
}
