using System.Security.Cryptography;
using Cli.Tests.Support;

namespace Cli.Tests.Auth;

/// <summary>Servers whose certificate no public authority signed, and clocks that are wrong.</summary>
public sealed class CertificateTests : IAsyncLifetime
{
    private readonly TestMachine _machine = new() { Variables = { ["PULUMI_ACCESS_TOKEN"] = "good" } };
    private FakeCloud _cloud = null!;

    public async ValueTask InitializeAsync() => _cloud = await FakeCloud.Start(tls: true);

    public async ValueTask DisposeAsync()
    {
        await _cloud.DisposeAsync();
        _machine.Dispose();
    }

    [Fact]
    public async Task A_private_authority_is_named_once_and_remembered()
    {
        _machine.Write(Path.Combine(_machine.Work, "ca.pem"), _cloud.Authority!);

        (await _machine.Run("login", _cloud.Url, "--ca-file", "ca.pem")).Exit.ShouldBe(0);
        _machine.Variables.Remove("PULUMI_ACCESS_TOKEN");
        _machine.Work = Directory.CreateDirectory(Path.Combine(_machine.Work, "elsewhere")).FullName;
        _machine.Clock.Advance(TimeSpan.FromHours(2)); // the server is asked again

        (await _machine.Run("whoami")).ShouldBe(new(0, "alice\n", ""));
        (await _machine.Run("login", _cloud.Url)).Exit.ShouldBe(0);
        _machine.Credentials["accounts"]![_cloud.Url]!["caFile"]!.GetValue<string>().ShouldEndWith("/ca.pem");
    }

    [Fact]
    public async Task An_authority_that_signed_something_else_is_no_help()
    {
        await using var other = await FakeCloud.Start(tls: true);
        _machine.Write(Path.Combine(_machine.Work, "ca.pem"), other.Authority!);

        var result = await _machine.Run("login", _cloud.Url, "--ca-file", "ca.pem");

        result.Exit.ShouldBe(1);
        result.Error.ShouldContain("certificate signed by unknown authority");
        _cloud.Requests.ShouldBeEmpty("the token is sent to nobody unknown");
    }

    [Theory]
    [InlineData(null, "no such file")]
    [InlineData("not a certificate", "has no certificate; it must be PEM")]
    public async Task A_file_that_is_none_is_refused_before_anything_is_sent(string? content, string complaint)
    {
        if (content is not null)
        {
            _machine.Write(Path.Combine(_machine.Work, "ca.pem"), content);
        }

        var result = await _machine.Run("login", _cloud.Url, "--ca-file", "ca.pem");

        (result.Exit, result.Error.Contains(complaint)).ShouldBe((1, true), result.Error);
    }

    [Fact]
    public async Task A_person_who_has_looked_at_a_certificate_may_trust_that_one()
    {
        _machine.Interactive = true;
        _machine.Typed.Enqueue("y");

        var result = await _machine.Run("login", _cloud.Url);

        result.Exit.ShouldBe(0, result.Error);
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(_cloud.Certificate!.RawData));
        result.Error.ShouldContain($"SHA-256:  {fingerprint}");
        result.Out.ShouldStartWith("Trust exactly this certificate from now on? (y/N) ");
        _machine.Credentials["accounts"]![_cloud.Url]!["certificateSha256"]!.GetValue<string>().ShouldBe(fingerprint);
        _machine.Interactive = false;
        _machine.Clock.Advance(TimeSpan.FromHours(2));
        (await _machine.Run("whoami")).Exit.ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("n")]
    public async Task Nothing_is_trusted_without_a_yes(string answer)
    {
        _machine.Interactive = true;
        _machine.Typed.Enqueue(answer);

        var result = await _machine.Run("login", _cloud.Url);

        (result.Exit, File.Exists(_machine.CredentialsFile)).ShouldBe((1, false));
        _cloud.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_certificate_that_was_replaced_is_not_the_trusted_one()
    {
        _machine.Store(_cloud.Url);
        _machine.Write(
            _machine.CredentialsFile,
            _machine.CredentialsText.Replace("\"accessToken\"", "\"certificateSha256\":\"00ff\",\"accessToken\"", StringComparison.Ordinal)
        );
        _machine.Clock.Advance(TimeSpan.FromHours(2));

        (await _machine.Run("whoami")).Error.ShouldContain("certificate signed by unknown authority");
        _cloud.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refused_token_with_a_wrong_clock_says_so()
    {
        _cloud.Date = _machine.Clock.GetUtcNow().AddMinutes(42);
        _machine.Variables["PULUMI_ACCESS_TOKEN"] = "refused";

        var result = await _machine.Run("login", _cloud.Url, "--insecure");

        result.Error.ShouldContain($"warning: the clock of this machine is 42 minutes behind that of {_cloud.Url}");
        _cloud.Date = _machine.Clock.GetUtcNow().AddMinutes(-3);
        (await _machine.Run("login", _cloud.Url, "--insecure")).Error.ShouldNotContain("clock");
    }
}
