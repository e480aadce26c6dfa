using Server.Audit;
using Server.Auth;
using Server.Data;

namespace Server.Stacks;

/// <summary>Changes the tags of a stack, one after the other: two that replace all tags at once must not leave a mixture.</summary>
public sealed class StackTagging(Database database, StackStore stacks, AuditStore audit)
{
    public Task Replace(Stack stack, IReadOnlyDictionary<string, string?> given, Actor actor, CancellationToken ct)
    {
        var tags = StackTags.Check(given);
        StackTags.CheckProject(tags, stack.Project);
        return Write(
            stack,
            actor,
            $"Replaced the tags of {stack.FullName}",
            transaction => stacks.ReplaceTags(transaction, stack.Id, tags),
            ct
        );
    }

    /// <exception cref="ApiException">400: it cannot be one, or there is one of that name.</exception>
    public Task Add(Stack stack, string name, string value, Actor actor, CancellationToken ct)
    {
        StackTags.Check(name, value);
        StackTags.CheckProject(new Dictionary<string, string> { [name] = value }, stack.Project);
        return Write(
            stack,
            actor,
            $"Added the tag '{name}' to {stack.FullName}",
            async transaction =>
            {
                if (!await stacks.AddTag(transaction, stack.Id, name, value))
                {
                    throw ApiException.BadRequest($"The stack has a tag '{name}' already.");
                }
                StackTags.Check((await stacks.Tags(transaction, stack.Id)).ToDictionary(t => t.Key, string? (t) => t.Value));
            },
            ct
        );
    }

    /// <exception cref="ApiException">404: there is none of that name. 400: it is not for people to change.</exception>
    public Task Change(Stack stack, string name, string value, Actor actor, CancellationToken ct)
    {
        StackTags.Check(name, value);
        StackTags.CheckNotBuiltIn(name);
        var what = $"Changed the tag '{name}' of {stack.FullName}";
        return Write(
            stack,
            actor,
            what,
            async transaction => Require(await stacks.ChangeTag(transaction, stack.Id, name, value), name),
            ct
        );
    }

    /// <inheritdoc cref="Change"/>
    public Task Delete(Stack stack, string name, Actor actor, CancellationToken ct)
    {
        StackTags.CheckNotBuiltIn(name);
        var what = $"Deleted the tag '{name}' of {stack.FullName}";
        return Write(stack, actor, what, async transaction => Require(await stacks.DeleteTag(transaction, stack.Id, name), name), ct);
    }

    private Task<bool> Write(Stack stack, Actor actor, string what, Func<Transaction, Task> change, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                if (!await stacks.Lock(transaction, stack.Id))
                {
                    throw StackAccess.NotFound(stack.Organization, stack.Project, stack.Name);
                }
                await change(transaction);
                await audit.Add(transaction, actor, stack.OrganizationId, AuditEvent.StackTagsChanged, what, stack.Id);
                return true;
            },
            ct
        );

    private static void Require(bool found, string name)
    {
        if (!found)
        {
            throw ApiException.NotFound($"The stack has no tag '{name}'");
        }
    }
}
