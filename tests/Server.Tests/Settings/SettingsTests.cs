using System.Collections;
using Server.Settings;
using Support;

namespace Server.Tests.Settings;

public class SettingsTests
{
    [Fact]
    public void The_table_of_settings_in_the_documents_is_the_one_in_the_program()
    {
        var document = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "operations.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal));

        document.ShouldBe(
            Setting.All.Select(s =>
                $"| `{s.Name}` | {s.Placeholder.Replace("|", "\\|", StringComparison.Ordinal)} | {s.Default} | {s.Description} |"
            )
        );
    }

    [Fact]
    public void Command_line_beats_environment_beats_file()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, """{"sign-up":"closed","log":"json","listen":["1","2"]}""");

        var settings = ServerSettings.From(
            SettingValues.Gather(
                new Dictionary<string, string[]> { ["settings"] = [file], ["listen"] = ["9"] },
                new Hashtable
                {
                    ["HOLDFAST_LISTEN"] = "8",
                    ["HOLDFAST_LOG"] = "text",
                    ["PATH"] = "/bin",
                }
            )
        );

        (settings.Listen.Single().Port, settings.JsonLog, settings.SignUpOpen).ShouldBe((9, false, false));
        File.Delete(file);
    }

    [Fact]
    public void An_unknown_setting_is_refused_with_those_that_exist()
    {
        Should
            .Throw<SettingsException>(() =>
                SettingValues.Gather(new Dictionary<string, string[]>(), new Hashtable { ["HOLDFAST_PORT"] = "1" })
            )
            .Message.ShouldStartWith("HOLDFAST_PORT is not a setting. The variables are: HOLDFAST_DATA, HOLDFAST_DATABASE,");
    }

    [Theory]
    [InlineData("", "http://localhost:8080", "http://localhost:3000", true)]
    [InlineData("--listen 9000", "http://localhost:9000", "http://localhost:9000", false)]
    [InlineData("--listen 8080", "http://localhost:8080", "http://localhost:8080", false)]
    [InlineData("--public-url https://api.example.com", "https://api.example.com", "https://app.example.com", true)]
    [InlineData("--public-url https://hold.example.com", "https://hold.example.com", "https://hold.example.com", false)]
    public void Addresses_follow_from_each_other_by_the_rules_of_the_cli(string line, string api, string console, bool found)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var given = words.Chunk(2).ToDictionary(pair => pair[0][2..], pair => new[] { pair[1] });

        var settings = ServerSettings.From(SettingValues.Gather(given, new Hashtable()));

        (ServerSettings.Address(settings.PublicUrl), ServerSettings.Address(settings.ConsoleUrl), settings.CliFindsConsole).ShouldBe(
            (api, console, found)
        );
    }

    [Theory]
    [InlineData("8080", "localhost:8080")]
    [InlineData("0.0.0.0:80", "0.0.0.0:80")]
    [InlineData("[::1]:8080", "::1:8080")]
    [InlineData("https://127.0.0.1:8443/", "127.0.0.1:8443")]
    [InlineData("example.com:80", null)]
    [InlineData("localhost:99999", null)]
    [InlineData("ftp://localhost:1", null)]
    public void An_address_to_listen_on_is_understood_or_refused(string text, string? expected) =>
        ListenAddress.Parse(text)?.ToString().ShouldBe(expected);
}
