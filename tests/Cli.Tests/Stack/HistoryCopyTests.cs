using System.Text.Json.Nodes;
using Cli.Backends;
using Cli.Secrets;
using Cli.Stack;
using Cli.Tests.Support;

namespace Cli.Tests.Stack;

/// <summary>Past updates of a cloud, as a store's files say them.</summary>
public sealed class HistoryCopyTests : IDisposable
{
    private readonly TestMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task Secret_configuration_is_encrypted_anew_at_every_depth()
    {
        var (old, fresh) = (PassphraseSecrets.New("old"), PassphraseSecrets.New("new"));
        var ct = TestContext.Current.CancellationToken;
        var cipher = (await old.Encrypt(["hunter2"], ct))[0];
        var wire = new JsonObject
        {
            ["version"] = 3,
            ["kind"] = "update",
            ["startTime"] = 100,
            ["endTime"] = 160,
            ["config"] = new JsonObject
            {
                ["web:plain"] = new JsonObject { ["string"] = "v" },
                ["web:secret"] = new JsonObject { ["string"] = cipher, ["secret"] = true },
                ["web:deep"] = new JsonObject
                {
                    ["string"] = $$"""{"list":[{"secure":"{{cipher}}"},1]}""",
                    ["secret"] = true,
                    ["object"] = true,
                },
            },
        };
        var session = new Session(_machine.Machine(), "pulumi", Interactive: false, Color: false, Verbosity: 0);

        var entry = (await HistoryCopy.Of(session, [PastUpdate.Read(wire, PastConfig.OfWire)], old, fresh, ct)).ShouldHaveSingleItem();

        var config = entry["config"]!;
        config["web:plain"]!.GetValue<string>().ShouldBe("v");
        config["web:deep"]!["list"]![1]!.GetValue<int>().ShouldBe(1);
        var ciphers = new[] { config["web:secret"]!["secure"]!, config["web:deep"]!["list"]![0]!["secure"]! };
        (await fresh.Decrypt([.. ciphers.Select(text => text.GetValue<string>())], ct)).ShouldBe(["hunter2", "hunter2"]);
        (entry["version"]!.GetValue<long>(), entry["startTime"]!.GetValue<long>(), entry["endTime"]!.GetValue<long>()).ShouldBe(
            (3, 100, 160)
        );
    }
}
