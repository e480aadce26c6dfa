using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace EndToEnd;

/// <summary>Backup and restore with the published program.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-backup-");

    private string File => Path.Combine(_folder.FullName, "copy.backup");
    private string Data => Path.Combine(_folder.FullName, "data");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_copy_made_while_the_server_runs_becomes_a_server_again()
    {
        using var server = await PublishedServer.Start();
        await server.Holdfast("correct horse battery\n", "user", "add", "ann", "--email", "ann@example.com", "--password-stdin");
        var token = (await server.Holdfast("", "token", "add", "--user", "ann")).Out.Trim();
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("token", token);
        (await client.PostAsJsonAsync(server.Url + "/api/stacks/ann/web", new { stackName = "dev" })).EnsureSuccessStatusCode();

        var (exit, output, error) = await server.Holdfast("", "backup", File);

        (exit, error).ShouldBe((0, ""));
        output.ShouldContain("Without " + Path.Combine(server.Data, "master.key"));
        System.IO.File.GetUnixFileMode(File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await server.Holdfast("", "backup", File)).Error.ShouldContain("exists already");
        (await server.Holdfast("", "restore", File)).Error.ShouldStartWith("holdfast: There is something in this store already");

        (await Holdfast("restore", File)).Out.ShouldContain(
            $"put your copy of the file of master keys at {Path.Combine(Data, "master.key")}"
        );
        (await Holdfast("check")).Out.ShouldContain("master keys      1 wrong of 1");
        System.IO.File.Copy(Path.Combine(server.Data, "master.key"), Path.Combine(Data, "master.key"));
        (await Holdfast("check")).Exit.ShouldBe(0);
        (await Holdfast("token", "add", "--user", "ann")).Exit.ShouldBe(0);
        (await Holdfast("restore", Path.Combine(_folder.FullName, "nothing"))).Error.ShouldStartWith(
            "holdfast: The backup cannot be read: "
        );
    }

    private Task<(int Exit, string Out, string Error)> Holdfast(params string[] arguments) =>
        Published.Run(Published.Holdfast, new Dictionary<string, string>(), "", [.. arguments, "--data", Data]);
}
