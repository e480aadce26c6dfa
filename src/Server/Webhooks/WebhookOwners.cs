using Server.Organizations;
using Server.Stacks;

namespace Server.Webhooks;

public static class WebhookOwners
{
    public static WebhookOwner Of(Organization organization) =>
        new(organization.Id, organization.Id, null, $"the organization {organization.Login}");

    public static WebhookOwner Of(Stack stack) => new(stack.Id, stack.OrganizationId, stack.Id, $"the stack {stack.FullName}");

    public static StackParts Parts(this Stack stack) => new(stack.Id, stack.FullName, stack.Project, stack.Name);
}
