using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Server.Auth;
using Server.State;
using Support;

namespace Server.Tests.State;

/// <summary>How the versions of a stack share what they have in common.</summary>
public sealed class StateVersionsTests
{
    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Two_hundred_versions_are_read_back_to_the_byte(Engine engine)
    {
        await using var fixture = await StateFixture.Create(engine);
        var history = new RandomHistory(seed: 7);
        var texts = new List<string>();
        for (var version = 1; version <= 200; version++)
        {
            texts.Add(history.Next());
            await fixture.Save(version, texts[^1]);
        }
        for (var version = 1; version <= 200; version++)
        {
            (await fixture.Read(version)).ShouldBe(texts[version - 1], $"version {version}");
        }
        var kept = await fixture.Database.Query<string>($"SELECT newer_id FROM states WHERE newer_id IS NOT NULL", CancellationToken.None);
        kept.Count.ShouldBeInRange(100, 199); // most are differences, and some in between are whole
        (await Orphans(fixture)).ShouldBe(0);
    }

    [Fact]
    public async Task Fifty_small_updates_cost_little_more_than_one_state()
    {
        await using var fixture = await StateFixture.Create(Engine.Sqlite);
        var generations = new int[2000];
        for (var update = 1; update <= 50; update++)
        {
            for (var i = 0; i < 10; i++)
            {
                generations[(update * 37 + i * 197) % generations.Length]++;
            }
            await fixture.Save(update, Text(generations));
        }
        var latest = await fixture.States.Latest(StateFixture.Stack, CancellationToken.None);
        var bytes = await fixture.Database.QueryOne<long>($"SELECT SUM(LENGTH(body)) FROM state_parts", CancellationToken.None);
        ((double)bytes / latest!.StoredSize).ShouldBeLessThan(2.5);
    }

    [Fact]
    public async Task A_state_staged_beside_another_one_spoils_nothing()
    {
        await using var fixture = await StateFixture.Create(Engine.Sqlite);
        await fixture.Save(1, StateStoreTests.State(200, "1"));
        var staged = await fixture.States.Stage(
            StateFixture.Stack,
            Encoding.UTF8.GetBytes(StateStoreTests.State(200, "3")),
            CancellationToken.None
        );
        await fixture.Save(2, StateStoreTests.State(200, "2"));
        await fixture.Database.Write(transaction => fixture.States.Commit(transaction, staged, 3), CancellationToken.None);
        for (var version = 1; version <= 3; version++)
        {
            (await fixture.Read(version)).ShouldBe(StateStoreTests.State(200, $"{version}"));
        }
    }

    [Theory, InlineData(0, true), InlineData(1, true), InlineData(1, false), InlineData(3, true)]
    public async Task A_state_that_becomes_a_difference_while_it_is_sent_arrives_whole(int after, bool gzip)
    {
        await using var fixture = await StateFixture.Create(Engine.Sqlite);
        var text = StateStoreTests.State(20_000, "1");
        var state = await fixture.Save(1, text);
        using var body = new SavingStream(fixture, after);
        await body.SaveWhenDue();

        var http = new DefaultHttpContext();
        http.Response.Body = body;
        await fixture.States.WriteTo(http.Response, state, gzip, CancellationToken.None);

        (await fixture.States.Find(StateFixture.Stack, 1, CancellationToken.None))!.NewerId.ShouldNotBeNull();
        body.Position = 0;
        using var reader = new StreamReader(gzip ? new GZipStream(body, CompressionMode.Decompress) : body);
        (await reader.ReadToEndAsync()).ShouldBe(text);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task An_import_is_stored_as_it_streams_in(Engine engine)
    {
        await using var fixture = await StateFixture.Create(engine);
        var large = $"\"{new string('x', 3_000_000)}\""; // one resource larger than any window
        var text = StateStoreTests.State(10_000, "1").Replace("\"n\":5000", "\"n\":" + large, StringComparison.Ordinal);
        using var stream = new TricklingStream(Encoding.UTF8.GetBytes(text));
        var staged = await fixture.States.Stage(StateFixture.Stack, stream, _ => Task.CompletedTask, CancellationToken.None);
        staged.ResourceCount.ShouldBe(10_000);
        staged.IntegrityError.ShouldBeNull();
        await fixture.Database.Write(transaction => fixture.States.Commit(transaction, staged, 1), CancellationToken.None);
        (await fixture.Read(1)).ShouldBe(text);
    }

    [Fact]
    public async Task A_refused_import_leaves_nothing_behind()
    {
        await using var fixture = await StateFixture.Create(Engine.Sqlite);
        using var stream = new TricklingStream(Encoding.UTF8.GetBytes(StateStoreTests.State(30_000, "1")[..^1]));
        var refused = await Should.ThrowAsync<ApiException>(() =>
            fixture.States.Stage(StateFixture.Stack, stream, _ => Task.CompletedTask, CancellationToken.None)
        );
        refused.Status.ShouldBe(400);
        (await Orphans(fixture)).ShouldBe(0);
    }

    [Fact]
    public async Task Parts_of_states_that_never_came_to_be_are_swept_when_they_are_old()
    {
        await using var fixture = await StateFixture.Create(Engine.Sqlite);
        await fixture.Save(1, StateStoreTests.State(20_000, "1"));
        var text = Encoding.UTF8.GetBytes(StateStoreTests.State(20_000, "2"));
        await fixture.States.Stage("another stack", text, CancellationToken.None);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var sweep = new StateSweep(fixture.Database, clock, NullLogger<StateSweep>.Instance);

        (await sweep.Sweep(CancellationToken.None)).ShouldBe(0);
        clock.Advance(TimeSpan.FromHours(7));
        (await sweep.Sweep(CancellationToken.None)).ShouldBe(1);
        (await Orphans(fixture)).ShouldBe(0);
        (await fixture.Read(1)).ShouldBe(StateStoreTests.State(20_000, "1"));
    }

    private static Task<long> Orphans(StateFixture fixture) =>
        fixture.Database.QueryOne<long>(
            $"SELECT COUNT(*) FROM state_parts WHERE state_id NOT IN (SELECT id FROM states)",
            CancellationToken.None
        );

    private static string Text(int[] generations)
    {
        var resources = generations.Select(
            (generation, i) =>
                FoldScenario.Resource(
                    $"r{i}",
                    $",\"outputs\":{{\"generation\":{generation},\"hash\":\"{Noise($"{i}/{generation}")}\",\"arn\":\"{Noise($"{i}")}\"}}"
                )
        );
        return $"{{\"version\":3,\"deployment\":{{\"resources\":[{string.Join(',', resources)}]}}}}";
    }

    private static string Noise(string seed) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(seed)));

    /// <summary>States each made of the one before: resources change, come, go and move; sometimes everything does.</summary>
    private sealed class RandomHistory(int seed)
    {
        private readonly Random _random = new(seed);
        private List<string> _resources = [];
        private int _made;

        public string Next()
        {
            var changes = _random.Next(10) == 0 ? _resources.Count + 20 : _random.Next(6);
            for (var i = 0; i < changes; i++)
            {
                Change();
            }
            if (_random.Next(20) == 0)
            {
                _resources = [.. _resources.OrderBy(r => Noise(r))];
            }
            var separator = _random.Next(15) == 0 ? ",\n  " : ",";
            return $"{{\"version\":3,\"deployment\":{{\"manifest\":{{\"time\":\"{_made}\",\"magic\":\"\",\"version\":\"\"}},\"resources\":[{string.Join(separator, _resources)}]}}}}";
        }

        private void Change()
        {
            var at = _resources.Count == 0 ? 0 : _random.Next(_resources.Count);
            switch (_random.Next(_resources.Count < 100 ? 3 : 6))
            {
                case 0 or 1 when _resources.Count > 0:
                    _resources[at] = _resources[at]
                        .Replace("\"t:m:T\"", $"\"t:m:T\",\"n{_made++}\":\"{Noise($"{_made}")}\"", StringComparison.Ordinal);
                    break;
                case 3 when _resources.Count > 0:
                    _resources.RemoveAt(at);
                    break;
                default:
                    _resources.Insert(at, FoldScenario.Resource($"r{_made++}", $",\"outputs\":{{\"a\":\"{Noise($"{_made}")}\"}}"));
                    break;
            }
        }
    }

    /// <summary>Takes what is sent, and meanwhile somebody saves the next version.</summary>
    private sealed class SavingStream(StateFixture fixture, int after) : MemoryStream
    {
        private int _writes;

        public Task SaveWhenDue() => _writes++ == after ? fixture.Save(2, StateStoreTests.State(20_000, "2")) : Task.CompletedTask;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            await SaveWhenDue();
        }
    }

    /// <summary>Gives what it has in pieces of all sizes, as a network does.</summary>
    private sealed class TricklingStream(byte[] bytes) : MemoryStream(bytes)
    {
        private int _next = 1;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _next = _next * 7 % 65_521 + 1;
            return base.ReadAsync(buffer[..Math.Min(buffer.Length, _next)], cancellationToken);
        }
    }
}
