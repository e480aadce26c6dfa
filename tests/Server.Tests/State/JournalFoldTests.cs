using System.Text.Json.Nodes;
using Server.State;
using static Server.Tests.State.FoldScenario;

namespace Server.Tests.State;

public sealed class JournalFoldTests
{
    [Fact]
    public void The_worked_example_of_a_run_that_dies_while_it_deletes()
    {
        var run = new FoldScenario(Resource("stack"), Resource("provA"), Resource("bucket1"))
            .Entry(6, 0, ""","secretsProvider":{"type":"service","state":{"url":"u"}}""")
            .Begin(1)
            .Success(1, $$""","removeOld":0,"state":{{Resource("stack", ",\"n\":1")}}""")
            .Begin(2)
            .Success(2, $$""","removeOld":1,"state":{{Resource("provA")}}""")
            .Begin(3, "creating", Resource("bucket2"))
            .Success(3, $$""","state":{{Resource("bucket2")}}""")
            .Entry(4, 4, $$""","removeNew":1,"state":{{Resource("stack", ",\"n\":2")}}""")
            .Begin(5, "deleting", Resource("bucket1"));
        run.Resources().ShouldBe("stack provA bucket2 bucket1");
        run.Pending().ShouldBe("deleting:bucket1");
        ((int)run.Fold()["deployment"]!["resources"]![0]!["n"]!).ShouldBe(2);
        ((string)run.Fold()["deployment"]!["secrets_providers"]!["type"]!).ShouldBe("service");

        run.Success(5, ""","removeOld":2""");
        run.Resources().ShouldBe("stack provA bucket2");
        run.Pending().ShouldBe("");
    }

    [Fact]
    public void A_replaced_resource_stays_and_is_marked_until_its_deletion_is_reported()
    {
        var run = new FoldScenario(Resource("a"), Resource("b"))
            .Begin(1, "creating", Resource("b2"))
            .Success(1, $$""","deleteOld":1,"state":{{Resource("b2")}}""");
        run.Resources().ShouldBe("b2 a b-");
        run.Begin(2, "deleting", Resource("b")).Success(2, ""","removeOld":1""").Resources().ShouldBe("b2 a");
    }

    [Fact]
    public void Deleting_before_creating_leaves_the_old_one_pending_replacement() =>
        new FoldScenario(Resource("a"), Resource("b"))
            .Begin(1, "deleting", Resource("b"))
            .Success(1, ""","pendingReplacementOld":1""")
            .Resources()
            .ShouldBe("a b?");

    [Fact]
    public void A_resource_added_by_this_run_can_be_marked_and_removed() =>
        new FoldScenario()
            .Success(1, $$""","state":{{Resource("a")}}""")
            .Success(2, $$""","state":{{Resource("b")}},"deleteNew":1""")
            .Success(3, $$""","state":{{Resource("c")}},"pendingReplacementNew":2""")
            .Success(4, ""","removeNew":3""")
            .Resources()
            .ShouldBe("a- b?");

    [Fact]
    public void A_failure_changes_nothing_whatever_it_carries()
    {
        var run = new FoldScenario(Resource("a"))
            .Begin(1, "updating", Resource("a"))
            .Entry(2, 1, $$""","removeOld":0,"state":{{Resource("x")}}""");
        run.Resources().ShouldBe("a");
        run.Pending().ShouldBe("");
    }

    [Fact]
    public void Only_creates_of_earlier_runs_stay_pending()
    {
        var left =
            $$""","pending_operations":[{"resource":{{Resource("x")}},"type":"creating"},{"resource":{{Resource("y")}},"type":"updating"}]""";
        new FoldScenario([Resource("a")], left).Begin(1, "reading", Resource("r")).Pending().ShouldBe("reading:r creating:x");
    }

    [Fact]
    public void A_refresh_takes_away_what_is_gone_and_what_pointed_to_it()
    {
        var run = new FoldScenario(
            Resource("a"),
            Resource("b"),
            Resource(
                "c",
                $$""","parent":"{{Urn("a")}}","dependencies":["{{Urn("a")}}","{{Urn("b")}}"],"propertyDependencies":{"p":["{{Urn("a")}}"],"q":["{{Urn("b")}}"]},"deletedWith":"{{Urn("a")}}","replaceWith":["{{Urn("a")}}"]"""
            )
        )
            .Begin(1)
            .Entry(3, 1, ""","removeOld":0""")
            .Entry(3, 2, $$""","removeOld":1,"state":{{Resource("b", ",\"n\":1e400")}}""");
        run.Resources().ShouldBe("b c");
        run.FoldText()
            .ShouldContain(
                $$$"""[{{{Resource("b", ",\"n\":1e400")}}},{"urn":"{{{Urn("c")}}}","custom":true,"id":"c","type":"t:m:T","dependencies":["{{{Urn("b")}}}"],"propertyDependencies":{"q":["{{{Urn("b")}}}"]}}]"""
            );
    }

    [Fact]
    public void Without_a_refresh_a_missing_dependency_is_kept_and_the_state_is_marked()
    {
        var state = new FoldScenario(Resource("a"), Resource("b", $$""","dependencies":["{{Urn("a")}}"]"""))
            .Success(1, ""","removeOld":0""")
            .Fold("v3.200.0");
        state["deployment"]!["resources"]![0]!["dependencies"]![0]!.ToString().ShouldBe(Urn("a"));
        state["deployment"]!["metadata"]!["integrity_error"]!["error"]!.ToString().ShouldContain(Urn("a"));
    }

    [Fact]
    public void A_rebuilt_base_gives_later_indices_their_meaning() =>
        new FoldScenario(Resource("a"), Resource("b"), Resource("c"))
            .Entry(3, 1, ""","removeOld":0""")
            .Entry(3, 2, $$""","removeOld":2,"state":{{Resource("c2")}}""")
            .Entry(7, 0)
            .Success(3, $$""","removeOld":1,"state":{{Resource("c3")}}""")
            .Success(4, $$""","state":{{Resource("d")}}""")
            .Entry(4, 5, $$""","removeNew":4,"state":{{Resource("d2")}}""")
            .Resources()
            .ShouldBe("c3 d2 b");

    [Fact]
    public void A_swap_wins_over_marks() =>
        new FoldScenario(Resource("a"))
            .Success(1, ""","deleteOld":0,"pendingReplacementOld":0""")
            .Entry(4, 2, $$""","removeOld":0,"state":{{Resource("a2")}}""")
            .Resources()
            .ShouldBe("a2");

    [Fact]
    public void References_to_what_is_not_there_are_passed_over_and_noted()
    {
        var run = new FoldScenario(Resource("a"))
            .Success(1, ""","removeNew":99,"deleteNew":98,"pendingReplacementNew":97""")
            .Entry(4, 2, $$""","removeNew":96,"state":{{Resource("x")}}""")
            .Success(3, ""","removeOld":5,"deleteOld":6""");
        run.Resources().ShouldBe("a");
        run.Fold()["deployment"]!["metadata"]!["integrity_error"].ShouldNotBeNull();
    }

    [Fact]
    public void The_manifest_carries_the_version_of_the_client_and_its_magic()
    {
        var manifest = new FoldScenario().Fold("v3.200.0")["deployment"]!["manifest"]!;
        manifest["version"]!.ToString().ShouldBe("v3.200.0");
        manifest["magic"]!.ToString().ShouldBe("fab95cc1ec33ad4842e4ce440b669bd522c568e8a7a8934e58ff24ba38128033");
        manifest["time"]!.ToString().ShouldBe("2026-11-24T20:00:00Z");
    }

    [Fact]
    public void Features_are_named_only_while_something_needs_them()
    {
        var run = new FoldScenario(Resource("a", ",\"taint\":true,\"viewOf\":\"x\"")).Success(1, $$""","state":{{Resource("b")}}""");
        run.Fold()["features"]!.ToJsonString().ShouldBe("""["taint","views"]""");
        ((int)run.Fold()["version"]!).ShouldBe(4);
        var without = run.Success(2, ""","removeOld":0""").Fold();
        without["features"].ShouldBeNull();
        ((int)without["version"]!).ShouldBe(3);
        var bytes = run.Success(3, ""","requiresByteString":true""").Fold();
        bytes["features"]!.ToJsonString().ShouldBe("""["byteString"]""");
    }

    [Fact]
    public void A_written_snapshot_replaces_the_base() =>
        new FoldScenario(Resource("a"))
            .Entry(
                5,
                0,
                $$""","newSnapshot":{"manifest":{"time":"","magic":"","version":""},"resources":[{{Resource("p")}},{{Resource("a")}}]}"""
            )
            .Success(1, $$""","removeOld":1,"state":{{Resource("a2")}}""")
            .Resources()
            .ShouldBe("a2 p");

    [Fact]
    public void Extensions_and_snippets_are_set_and_unset()
    {
        var run = new FoldScenario([], ""","snippets":[{"uuid":"u"}],"extensions":{"x":{"name":"base"}}""")
            .Entry(8, 0, ""","extensionRef":"x","extension":{"name":"new"}""")
            .Entry(8, 0, ""","extensionRef":"y","extension":{"name":"new"}""");
        var state = run.Fold();
        state["features"]!.ToJsonString().ShouldBe("""["snippets-prototype"]""");
        JsonNode
            .DeepEquals(state["deployment"]!["extensions"], JsonNode.Parse("""{"x":{"name":"base"},"y":{"name":"new"}}"""))
            .ShouldBeTrue();
        run.Entry(9, 0).Fold()["deployment"]!.AsObject().ContainsKey("snippets").ShouldBeFalse();
    }

    [Fact]
    public void Aliases_are_replaced_by_what_they_stand_for()
    {
        var child = FoldScenario
            .Resource("child", $$""","parent":"{{Urn("old")}}","dependencies":["{{Urn("old")}}"]""")
            .Replace("\"child\"", "\"c\"", StringComparison.Ordinal);
        var run = new FoldScenario(child).Success(1, $$""","state":{{Resource("new", $$""","aliases":["{{Urn("old")}}"]""")}}""");
        var resources = run.Fold()["deployment"]!["resources"]!;
        resources[0]!["aliases"].ShouldBeNull();
        resources[1]!["urn"]!.ToString().ShouldBe("urn:pulumi:dev::app::t:m:T$t:m:T::child");
        resources[1]!["parent"]!.ToString().ShouldBe(Urn("new"));
        resources[1]!["dependencies"]![0]!.ToString().ShouldBe(Urn("new"));
    }

    [Fact]
    public void Nothing_becomes_an_empty_state()
    {
        using var state = JournalFold.Run(default, [], null, Now);
        System
            .Text.Encoding.UTF8.GetString(state.Text.Span)
            .ShouldBe("""{"version":3,"deployment":{"manifest":{"time":"2026-11-24T20:00:00Z","magic":"","version":""},"metadata":{}}}""");
    }
}
