using Server.Auth;
using Wire;

namespace Server.Stacks;

/// <summary>Configuration that the service keeps for a stack, in an environment.</summary>
public static class RemoteConfig
{
    /// <exception cref="ApiException">Something was asked for: there are no environments yet that could hold it.</exception>
    public static void Refuse(StackConfig? config)
    {
        if (config is not null)
        {
            throw ApiException.BadRequest(
                "This server has no environments yet, so it cannot keep a stack's configuration. Keep it in Pulumi.<stack>.yaml: leave out --remote-config."
            );
        }
    }
}
