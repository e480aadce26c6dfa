using Server.Stacks;
using Wire;

namespace Server.Updates;

/// <summary>GET /api/stacks/{org}/{project}/{stack}, and what begin-update answers: the stack and what runs on it.</summary>
public sealed class StackView(StackStore stacks, UpdateStore updates)
{
    public async Task<StackResponse> Of(Stack stack, CancellationToken ct) =>
        new(
            stack.Id,
            stack.Organization,
            stack.Project,
            stack.Name,
            stack.LatestUpdateId ?? "",
            await stacks.Tags(stack.Id, ct),
            stack.Version
        )
        {
            CurrentOperation =
                stack.RunningUpdateId is { } running && await updates.Find(running, ct) is { } update
                    ? new(update.Kind, update.RequesterLogin, update.StartedMs / 1000)
                    : null,
            Config = stack.RemoteConfig,
        };
}
