using Cli.Tests.Support;

namespace Cli.Tests.Backends;

/// <summary>The store in a table of a real PostgreSQL.</summary>
public sealed class DatabaseStoreTests : StoreTests
{
    private DatabaseHome Database => (DatabaseHome)_home;

    private protected override async Task<StoreHome> Open() => await DatabaseHome.Create();

    [Fact]
    public async Task A_table_that_is_missing_is_made()
    {
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = _home.Url + "&table=other_states";

        await _work.Do("stack", "init", "dev");

        (await Database.Columns("other_states")).ShouldBe(["key text", "data json", "updated_at timestamp with time zone"]);
        (await Database.One($"SELECT data::text FROM other_states WHERE key = '{Database.Name}/.pulumi/meta.yaml'")).ShouldBe(
            """{"data":"dmVyc2lvbjogMQo="}"""
        );
    }

    [Fact]
    public async Task Of_many_that_make_the_table_none_fails()
    {
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = _home.Url + "&table=fresh";

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _work.Run("stack", "ls"))));

        results.ShouldAllBe(result => result.Exit == 0);
    }

    [Fact]
    public async Task Variables_say_what_the_address_does_not()
    {
        var address = new Uri(_home.Url);
        foreach (
            var (name, value) in new[]
            {
                ("PGHOST", address.Host),
                ("PGPORT", $"{address.Port}"),
                ("PGUSER", "postgres"),
                ("PGSSLMODE", "disable"),
            }
        )
        {
            _work.Machine.Variables[name] = value;
        }
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = $"postgres:///{Database.Name}";

        await _work.Do("stack", "init", "dev");

        (await _home.Keys("stacks/")).ShouldBe(["stacks/web/dev.json"]);
    }

    [Fact]
    public async Task What_stands_in_the_way_is_said_without_the_password()
    {
        var missing = _home.Url.Replace("/" + Database.Name, "/missing", StringComparison.Ordinal);
        (await Fault(missing)).ShouldBe(
            $"error: unable to open state database \"{Shown(missing)}\": database \"missing\" does not exist; make it with `createdb`, or correct the address\n"
        );
        (await Fault(_home.Url + "&table=a-b")).ShouldContain("'a-b' cannot be the name of the table; it has to consist of letters");
        (await Fault(_home.Url + "&tabel=x")).ShouldContain("unknown query parameter \"tabel\" (supported: table, user, password,");
        (await Fault("postgres://u:hidden@127.0.0.1:1/db")).ShouldBe(
            "error: unable to open state database \"postgres://****@127.0.0.1:1/db\": dial tcp 127.0.0.1:1: Connection refused\n"
        );
        (await Fault(_home.Url.Replace("?sslmode=disable", "", StringComparison.Ordinal))).ShouldContain(
            "add ?sslmode=disable to the address"
        );
        _work.Machine.Variables.Remove("PULUMI_BACKEND_URL");
        (await _work.Run("login", missing)).Error.ShouldBe(
            $"error: could not log in to the state backend \"{Shown(missing)}\": database \"missing\" does not exist; make it with `createdb`, or correct the address\n"
        );
    }

    [Fact]
    public async Task The_address_of_a_lock_shows_no_password()
    {
        var address = _home.Url.Replace("postgres:hidden@", "", StringComparison.Ordinal) + "&user=postgres&password=hidden";
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = address;
        await _work.Do("stack", "init", "dev");
        await _home.Write("locks/organization/web/dev/0b8a.json", "{}");

        var error = (await _work.Run("stack", "rm", "--yes")).Error;

        error.ShouldContain("currently locked by 1 lock(s)");
        error.ShouldContain(".pulumi/locks/organization/web/dev/0b8a.json?sslmode=disable&user=postgres&password=****");
        error.ShouldNotContain("hidden");
    }

    private static string Shown(string url) => url.Replace("postgres:hidden", "****", StringComparison.Ordinal);
}
