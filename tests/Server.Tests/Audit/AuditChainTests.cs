using Microsoft.Extensions.DependencyInjection;
using Server.Audit;
using Server.Data;
using Support;

namespace Server.Tests.Audit;

public class AuditChainTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Events_written_at_once_by_two_processes_are_one_chain(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        await using var other = engine == Engine.PostgreSql ? await server.Replica() : null;
        AuditStore[] stores =
        [
            server.Services.GetRequiredService<AuditStore>(),
            (other?.Services ?? server.Services).GetRequiredService<AuditStore>(),
        ];

        await Task.WhenAll(
            Enumerable.Range(0, 30).Select(i => stores[i % 2].Add(Somebody, "acme", "stack-created", $"Event {i}", null, Ct))
        );

        var finding = await Verify(server, "acme");
        (finding.Problem, finding.Events).ShouldBe((null, 30));
        await (other?.StopAsync(Ct) ?? Task.CompletedTask);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Units_of_work_that_write_to_two_organizations_in_opposite_orders_do_not_wait_for_each_other_for_ever(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        var database = server.Services.GetRequiredService<Database>();
        var audit = server.Services.GetRequiredService<AuditStore>();

        await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(i =>
                    database.Write(
                        async transaction =>
                        {
                            await audit.Add(transaction, Somebody, i % 2 == 0 ? "a" : "b", "stack-renamed", "out", null);
                            await audit.Add(transaction, Somebody, i % 2 == 0 ? "b" : "a", "stack-renamed", "in", null);
                            return true;
                        },
                        Ct
                    )
                )
        );

        (await Verify(server, "a")).Events.ShouldBe(40);
        (await Verify(server, "b")).Problem.ShouldBeNull();
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task An_event_of_work_that_failed_is_not_written_and_leaves_no_gap(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        var database = server.Services.GetRequiredService<Database>();
        var audit = server.Services.GetRequiredService<AuditStore>();
        await audit.Add(Somebody, "acme", "stack-created", "before", null, Ct);

        await Should.ThrowAsync<InvalidOperationException>(() =>
            database.Write<bool>(
                async transaction =>
                {
                    await audit.Add(transaction, Somebody, "acme", "stack-created", "never", null);
                    throw new InvalidOperationException();
                },
                Ct
            )
        );
        await audit.Add(Somebody, "acme", "stack-created", "after", null, Ct);

        var finding = await Verify(server, "acme");
        (finding.Problem, finding.Events).ShouldBe((null, 2));
    }

    public static TheoryData<string, string> Tamperings =>
        new()
        {
            { "UPDATE audit_events SET description = 'nothing' WHERE ordinal = 3", "Event number 3" },
            { "UPDATE audit_events SET event = 'user-login' WHERE ordinal = 3", "Event number 3" },
            { "UPDATE audit_events SET account_id = 'bob' WHERE ordinal = 3", "Event number 3" },
            { "UPDATE audit_events SET login = 'bob' WHERE ordinal = 3", "Event number 3" },
            { "UPDATE audit_events SET token_id = 'other' WHERE ordinal = 3", "Event number 3" },
            { "UPDATE audit_events SET token_id = NULL WHERE ordinal = 3", "Event number 3" },
            { "UPDATE audit_events SET token_name = '' WHERE ordinal = 3", "Event number 3" },
            { "UPDATE audit_events SET stack_id = NULL WHERE ordinal = 3", "Event number 3" },
            { "UPDATE audit_events SET address = '127.0.0.1' WHERE ordinal = 3", "Event number 3" },
            { "UPDATE audit_events SET created_ms = created_ms + 1 WHERE ordinal = 3", "Event number 3" },
            { "UPDATE audit_events SET id = 'x' WHERE ordinal = 3", "Event number 3" },
            { "UPDATE audit_events SET hash = (SELECT hash FROM audit_events WHERE ordinal = 2) WHERE ordinal = 3", "Event number 3" },
            { "UPDATE audit_events SET description = token_id, token_id = description WHERE ordinal = 3", "Event number 3" },
            { "UPDATE audit_events SET ordinal = 99 WHERE ordinal = 3", "after number 6 were added" },
            { "UPDATE audit_events SET ordinal = 0 WHERE ordinal = 3", "outside the chain" },
            { "DELETE FROM audit_events WHERE ordinal = 1", "Event number 1 is missing" },
            { "DELETE FROM audit_events WHERE ordinal = 3", "Event number 3 is missing" },
            { "DELETE FROM audit_events WHERE ordinal > 4", "Events after number 4 were deleted" },
            { "DELETE FROM audit_events", "Events after number 0 were deleted" },
            { "DELETE FROM audit_heads", "the record of its last one is gone" },
            { "UPDATE audit_heads SET ordinal = 4", "after number 4 were added" },
            { "UPDATE audit_heads SET hash = (SELECT hash FROM audit_events WHERE ordinal = 2)", "does not fit event number 6" },
            {
                "INSERT INTO audit_events (id, organization_id, event, description, account_id, address, created_ms) VALUES ('y', 'acme', 'e', 'd', 'a', '', 1)",
                "outside the chain"
            },
            {
                // Two events change places.
                "UPDATE audit_events SET ordinal = 100 WHERE ordinal = 2; UPDATE audit_events SET ordinal = 2 WHERE ordinal = 3; "
                    + "UPDATE audit_events SET ordinal = 3 WHERE ordinal = 100",
                "Event number 2"
            },
        };

    [Theory, MemberData(nameof(Tamperings))]
    public async Task Tampering_with_any_field_row_order_or_end_of_the_log_is_found(string sql, string found)
    {
        await using var server = await TestServer.Start();
        await Write(server, 6);
        (await Verify(server, "acme")).Problem.ShouldBeNull();

        await Tamper(server, sql);

        (await Verify(server, "acme")).Problem.ShouldNotBeNull().ShouldContain(found);
    }

    [Fact]
    public async Task A_log_cut_at_its_end_with_its_head_set_back_is_found_with_an_anchor()
    {
        await using var server = await TestServer.Start();
        await Write(server, 6);
        var anchor = (await Verify(server, "acme")).End;

        await Tamper(
            server,
            "DELETE FROM audit_events WHERE ordinal > 4; "
                + "UPDATE audit_heads SET ordinal = 4, hash = (SELECT hash FROM audit_events WHERE ordinal = 4)"
        );

        (await Verify(server, "acme")).Problem.ShouldBeNull("without an anchor nothing tells of what came after");
        (await Verify(server, "acme", anchor)).Problem.ShouldBe("Events after number 4 were deleted; the anchor knows 6.");
    }

    [Fact]
    public async Task A_log_that_was_written_anew_from_the_beginning_is_found_with_an_anchor()
    {
        await using var server = await TestServer.Start();
        await Write(server, 6);
        var anchor = (await Verify(server, "acme")).End;
        await Tamper(server, "DELETE FROM audit_events; DELETE FROM audit_heads");
        await Write(server, 8);

        (await Verify(server, "acme", anchor)).Problem.ShouldNotBeNull().ShouldContain("written anew");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Events_from_before_there_were_chains_are_chained_when_the_server_starts(Engine engine)
    {
        await using var server = await TestServer.Start(engine);
        await Tamper(
            server,
            """
            INSERT INTO audit_events (id, organization_id, event, description, account_id, address, created_ms)
            VALUES ('b', 'acme', 'stack-created', 'second', 'ann', '', 2), ('a', 'acme', 'stack-created', 'first', 'ann', '', 1)
            """
        );

        await server.Restart();

        (await Verify(server, "acme")).Events.ShouldBe(2);
        (await Verify(server, "acme")).Problem.ShouldBeNull();
        (
            await server
                .Services.GetRequiredService<Database>()
                .Query<string>($"SELECT description FROM audit_events WHERE organization_id = 'acme' ORDER BY ordinal", Ct)
        ).ShouldBe(["first", "second"]);
    }

    [Fact]
    public async Task What_concerns_an_account_is_in_the_log_of_its_individual_organization()
    {
        await using var server = await TestServer.Start();
        var ann = await server.AddAccount("ann");
        var bob = await server.AddAccount("bob");
        var audit = server.Services.GetRequiredService<AuditStore>();

        await audit.AddOfAccount(new(bob.Id, null, "192.0.2.1"), ann.Id, "test-event", "Bob did something to ann", Ct);

        (
            await server
                .Services.GetRequiredService<Database>()
                .QueryOne<string>(
                    $"SELECT o.login FROM audit_events e JOIN organizations o ON o.id = e.organization_id WHERE e.event = 'test-event'",
                    Ct
                )
        ).ShouldBe("ann");
    }

    private static Actor Somebody => new("ann", "token", "192.0.2.1");

    private static async Task Write(TestServer server, int count)
    {
        var audit = server.Services.GetRequiredService<AuditStore>();
        for (var i = 0; i < count; i++)
        {
            await audit.Add(Somebody, "acme", "secret-decrypted", "a secret", "stack", Ct);
        }
    }

    private static Task<bool> Tamper(TestServer server, string sql) =>
        server
            .Services.GetRequiredService<Database>()
            .Write(
                async transaction =>
                {
                    foreach (var statement in sql.Split(';'))
                    {
                        var text = new Sql(0, 0);
                        text.AppendLiteral(statement);
                        await transaction.Execute(text);
                    }
                    return true;
                },
                Ct
            );

    private static Task<AuditFinding> Verify(TestServer server, string organization, AuditAnchor? anchor = null) =>
        server.Services.GetRequiredService<AuditVerification>().Verify(organization, anchor, Ct);
}
