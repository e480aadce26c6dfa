using System.Net.Http.Headers;

namespace EndToEnd;

/// <summary>The published `holdfast`.</summary>
public sealed class ServeTests
{
    [Fact]
    public async Task It_greets_stops_cleanly_and_keeps_what_it_was_told()
    {
        using var server = await PublishedServer.Start();
        (await server.Holdfast("correct horse battery\n", "user", "add", "ann", "--email", "ann@example.com", "--password-stdin")).ShouldBe(
            (0, "Made the account ann, a site administrator.\n", "")
        );
        var token = (await server.Holdfast("", "token", "add", "--user", "ann")).Out.Trim();
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("token", token);
        (await client.GetStringAsync(server.Url + "/api/user")).ShouldContain("\"githubLogin\":\"ann\"");
        File.GetUnixFileMode(server.Data).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var (exit, output, error) = await server.Stop();

        exit.ShouldBe(0);
        error.ShouldBe("");
        output.ShouldContain($"Log in     pulumi login {server.Url}\n");
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_and_a_port_in_use_are_refused_with_a_sentence()
    {
        using var server = await PublishedServer.Start();

        (await server.Holdfast("", "serve", "--listen", "localhost:0")).Error.ShouldStartWith(
            "holdfast: Another holdfast serves the data folder"
        );
        var other = Directory.CreateTempSubdirectory();
        var taken = await Published.Run(
            Published.Holdfast,
            new Dictionary<string, string>(),
            "",
            "serve",
            "--data",
            other.FullName,
            "--listen",
            $"localhost:{server.Port}"
        );
        other.Delete(recursive: true);

        taken.Exit.ShouldBe(1);
        taken.Error.ShouldContain("Something else listens there.");
    }

    [Theory]
    [InlineData("--listen", "nowhere", "'nowhere' is not an address.")]
    [InlineData("--public-url", "ftp://x", "is not an address such as https://api.example.com")]
    [InlineData("--sign-up", "maybe", "it is one of: open, closed.")]
    [InlineData("--database", "mysql://x", "The database must look like postgres://")]
    [InlineData("--data", "/proc/nowhere", "cannot be written")]
    public async Task A_wrong_setting_stops_it_with_a_sentence(string option, string value, string expected)
    {
        var folder = Directory.CreateTempSubdirectory();
        string[] data = option == "--data" ? [] : ["--data", folder.FullName];

        var (exit, _, error) = await Published.Run(
            Published.Holdfast,
            new Dictionary<string, string>(),
            "",
            ["serve", .. data, option, value]
        );
        folder.Delete(recursive: true);

        exit.ShouldBe(1);
        error.ShouldContain(expected);
    }
}
