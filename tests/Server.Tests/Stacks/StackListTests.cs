using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Server.Data;
using Support;

namespace Server.Tests.Stacks;

public class StackListTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_list_shows_what_its_filters_say(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        using var bob = await server.ClientOf("bob");
        await ann.CreateStack("ann/web/dev", """{"env":"dev","team":"a"}""");
        await ann.CreateStack("ann/web/prod", """{"env":"prod"}""");
        await ann.CreateStack("ann/api/dev", """{"env":"dev"}""");
        await bob.CreateStack("bob/web/dev", """{"env":"dev"}""");

        (await ann.ListStacks()).Names().ShouldBe(["ann/api/dev", "ann/web/dev", "ann/web/prod"]);
        (await ann.ListStacks("project=web")).Names().ShouldBe(["ann/web/dev", "ann/web/prod"]);
        (await ann.ListStacks("organization=ANN")).Names().Count().ShouldBe(3);
        (await ann.ListStacks("organization=bob")).Names().ShouldBeEmpty();
        (await ann.ListStacks("tagName=team")).Names().ShouldBe(["ann/web/dev"]);
        (await ann.ListStacks("tagName=env&tagValue=dev")).Names().ShouldBe(["ann/api/dev", "ann/web/dev"]);
        (await ann.ListStacks("project=web&tagName=env&tagValue=dev")).Names().ShouldBe(["ann/web/dev"]);
        (await ann.ListStacks("roleID=none")).Names().ShouldBeEmpty();

        var first = (await ann.ListStacks("project=api")).Stacks.Single();
        (first.LastUpdate, first.ResourceCount).ShouldBe((null, null));
        first.Links.Self.ShouldEndWith("/ann/api/dev");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Pages_follow_each_other_across_organizations_without_gap_or_repetition(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        var account = await server.AddAccount("ann");
        using var ann = server.Client(await server.TokenOf(account));
        using var bob = await server.ClientOf("bob");
        await server
            .Services.GetRequiredService<Database>()
            .Execute(
                $"""
                INSERT INTO memberships (account_id, organization_id, role, is_default)
                SELECT {account.Id}, id, 'member', FALSE FROM organizations WHERE login = 'bob'
                """,
                CancellationToken.None
            );
        foreach (var name in new[] { "b", "a-b", "a_b", "ab", "A", "a.b" })
        {
            await ann.CreateStack("ann/web/" + name);
            await bob.CreateStack("bob/" + name + "/dev");
        }
        var all = (await ann.ListStacks()).Names().ToList();

        var paged = new List<string>();
        for (var query = "maxResults=5"; query is not null; )
        {
            var page = await ann.ListStacks(query);
            paged.AddRange(page.Names());
            query = page.ContinuationToken is { } token ? "maxResults=5&continuationToken=" + token : null;
        }

        all.Count.ShouldBe(12);
        paged.ShouldBe(all);
        (await ann.ListStacks("maxResults=12")).ContinuationToken.ShouldBeNull();
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task A_tag_that_very_many_stacks_bear_is_found_as_one_that_few_do(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev", """{"env":"dev","team":"a"}""");
        await server
            .Services.GetRequiredService<Database>()
            .Write(
                async transaction =>
                {
                    await transaction.Execute(
                        $"""
                        WITH RECURSIVE n(i) AS (SELECT 10000 UNION ALL SELECT i + 1 FROM n WHERE i < 20100)
                        INSERT INTO stacks (id, organization_id, project, name, version, last_update_ms, resource_count, created_ms, deleted_ms)
                        SELECT 'many-' || i, s.organization_id, CASE WHEN i < 15000 THEN 'api' ELSE 'web' END, 's' || i, 0, 0, -1, 0, 0
                        FROM n, stacks s
                        """
                    );
                    return await transaction.Execute(
                        $"INSERT INTO stack_tags (stack_id, name, value) SELECT id, 'env', 'prod' FROM stacks WHERE id LIKE 'many-%'"
                    );
                },
                CancellationToken.None
            );

        (await ann.ListStacks("tagName=env&tagValue=prod&maxResults=2")).Names().ShouldBe(["ann/api/s10000", "ann/api/s10001"]);
        (await ann.ListStacks("tagName=env&project=web&maxResults=2")).Names().ShouldBe(["ann/web/dev", "ann/web/s15000"]);
        (await ann.ListStacks("tagName=env&tagValue=dev")).Names().ShouldBe(["ann/web/dev"]);
        (await ann.ListStacks("tagName=team&project=api")).Names().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("maxResults=0")]
    [InlineData("maxResults=99999999999999999999")]
    [InlineData("continuationToken=made+up")]
    [InlineData("continuationToken=AAAA")]
    [InlineData("continuationToken=%FF%FE")]
    [InlineData("tagValue=dev")]
    [InlineData("tagName=%00")]
    public async Task A_bad_query_is_a_400(string query)
    {
        await using var server = await TestServer.Start(Engine.PostgreSql);
        using var ann = await server.ClientOf("ann");
        await ann.CreateStack("ann/web/dev");

        (await ann.GetAsync("/api/user/stacks?" + query)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }
}
