using Server.Auth;
using Server.Organizations;

namespace Server.Tests.Organizations;

public class AuthorizationTableTests
{
    [Fact]
    public void The_document_shows_the_table_that_the_server_decides_by() =>
        AuthorizationTable.OfDocumentAsText().ShouldBe(AuthorizationTable.OfCode());

    [Fact]
    public void Every_permission_of_the_table_is_a_published_one() =>
        Capability.Table.Keys.Where(p => !Permission.All.Contains(p)).ShouldBeEmpty();

    [Fact]
    public void Whoever_may_more_may_whatever_others_may()
    {
        foreach (var capability in Capability.Table.Values.Where(c => c.Permission.StartsWith("stack", StringComparison.Ordinal)))
        {
            (capability.From ?? 0).ShouldBeLessThanOrEqualTo(StackLevel.Admin, capability.Permission);
        }
        AuthorizationTable.OfDocument()[Permission.StackDecrypt].ShouldBe(["admin", "member: admin", "member: write"], ignoreOrder: true);
    }
}
