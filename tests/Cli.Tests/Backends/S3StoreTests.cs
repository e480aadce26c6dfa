using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cli.Tests.Support;
using Cli.Tests.Support.Clouds;

namespace Cli.Tests.Backends;

/// <summary>The store in S3, or in what speaks its protocol.</summary>
public sealed class S3StoreTests : StoreTests
{
    private readonly S3Server _server = new();

    private protected override async Task<StoreHome> Open()
    {
        await _server.Start();
        _work.Machine.Variables["AWS_ACCESS_KEY_ID"] = S3Server.KeyId;
        _work.Machine.Variables["AWS_SECRET_ACCESS_KEY"] = S3Server.Secret;
        var url = $"s3://states/team/web?endpoint={_server.Address.Authority}&disableSSL=true&s3ForcePathStyle=true&awssdk=v2";
        return new ServerHome(_server, _server.Blobs, url, "team/web/");
    }

    [Fact]
    public async Task A_busy_or_broken_store_is_asked_again_after_a_while()
    {
        await _work.Do("stack", "init", "dev");
        foreach (var status in new[] { 503, 500, 429 })
        {
            _server.Faults.Enqueue(status);
        }

        (await _work.Do("stack", "ls")).ShouldStartWith("NAME");

        _work.Machine.Waits.ShouldBe([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)]);
        foreach (var _ in Enumerable.Range(0, 4))
        {
            _server.Faults.Enqueue(503);
        }
        (await Fault(_home.Url)).ShouldBe(
            $"error: unable to open bucket \"{_home.Url}\": {_server.Address.Authority} answers 503 ServiceUnavailable\n"
        );
    }

    [Fact]
    public async Task A_store_that_imitates_S3_gets_no_checksums_that_it_may_not_know()
    {
        await _work.Do("stack", "init", "dev");
        await _work.Do("stack", "rm", "--yes");

        _server.Headers.ShouldContain("x-amz-content-sha256");
        _server.Headers.ShouldAllBe(name => !name.Contains("checksum", StringComparison.Ordinal) && name != "x-amz-trailer");
        _server.Headers.ShouldNotContain("content-encoding");
    }

    [Fact]
    public async Task What_stands_in_the_way_is_said_with_what_to_do()
    {
        (await Fault(_home.Url.Replace("s3://states", "s3://missing", StringComparison.Ordinal))).ShouldEndWith(
            $"the bucket 'missing' does not exist at {_server.Address.Authority}; make it with `aws s3 mb`, or correct the address\n"
        );
        (await Fault(_home.Url + "&regoin=x")).ShouldContain("unknown query parameter \"regoin\" (supported: region, endpoint, profile,");
        (await Fault("s3://b?region=r&disableSSL=perhaps")).ShouldEndWith(
            "invalid value for query parameter \"disableSSL\": \"perhaps\" is neither true nor false\n"
        );
        (await Fault("s3://states?endpoint=127.0.0.1:1&disableSSL=true")).ShouldBe(
            "error: unable to open bucket \"s3://states?endpoint=127.0.0.1:1&disableSSL=true\": performing HTTP request: Get "
                + "\"http://127.0.0.1:1/states/.pulumi/meta.yaml\": dial tcp 127.0.0.1:1: connect: connection refused\n"
        );
        _work.Machine.Variables["AWS_SECRET_ACCESS_KEY"] = "wrong";
        (await Fault(_home.Url)).ShouldEndWith(
            "SignatureDoesNotMatch: The request is refused.; check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile (?profile=…)\n"
        );
        _work.Machine.Variables.Remove("AWS_SECRET_ACCESS_KEY");
        (await Fault(_home.Url)).ShouldEndWith(
            "no AWS credentials found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws configure` or `aws sso login`\n"
        );
    }

    [Fact]
    public async Task A_bucket_of_another_region_is_found_there()
    {
        _server.Region = "eu-central-1";

        await _work.Do("stack", "init", "dev");

        _server.Complaints.Count(complaint => complaint.Contains("AuthorizationHeaderMalformed")).ShouldBe(1);
        (await _home.Keys("stacks/")).ShouldBe(["stacks/web/dev.json"]);
    }

    [Fact]
    public async Task A_store_that_knows_no_conditions_is_looked_at_first()
    {
        _server.KnowsConditions = false;

        await _work.Do("stack", "init", "dev");

        (await _work.Run("stack", "init", "dev")).Error.ShouldBe("error: stack 'organization/web/dev' already exists\n");
    }

    [Theory]
    [InlineData("", "states.s3.eu-west-1.amazonaws.com")]
    [InlineData("&dualstack=true", "states.s3.dualstack.eu-west-1.amazonaws.com")]
    [InlineData("&accelerate=true", "states.s3-accelerate.amazonaws.com")]
    public async Task Aws_itself_is_asked_by_the_buckets_own_name(string parameters, string host)
    {
        _server.Region = "eu-west-1";
        _work.Machine.Hosts[host] = _server.Address;
        _work.Machine.Variables["PULUMI_BACKEND_URL"] = "s3://states/team/web?region=eu-west-1&ssetype=aws:kms&kmskeyid=k" + parameters;

        await _work.Do("stack", "init", "dev");

        (await _home.Keys("stacks/")).ShouldBe(["stacks/web/dev.json"]);
        _server.Encryption.ShouldBe("aws:kms");
    }

    [Fact]
    public async Task A_list_asks_for_each_state_once()
    {
        foreach (var number in Enumerable.Range(0, 50))
        {
            await _home.Write($"stacks/web/s{number}.json", "{}");
        }
        await _work.Do("stack", "ls");
        _server.Requests.Clear();

        await _work.Do("stack", "ls");

        _server.Requests.Count.ShouldBe(50 + 3); // the format, the listing for it and ours
    }

    [Fact]
    public async Task A_store_of_ones_own_authority_is_trusted_when_it_is_named()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=s3", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var server = new S3Server();
        await server.Start(certificate);
        var url = $"s3://states?endpoint={server.Address.Authority}";
        (await Fault(url)).ShouldEndWith(
            $"{server.Address.Authority} shows a certificate that is not trusted (certificate signed by unknown authority); if you know who signed it, "
                + "name them with SSL_CERT_FILE, for S3 also with AWS_CA_BUNDLE\n"
        );
        var file = Path.Combine(_work.Machine.Work, "ca.pem");
        _work.Machine.Write(file, certificate.ExportCertificatePem());

        _work.Machine.Variables["AWS_CA_BUNDLE"] = file;

        (await _work.Do("stack", "ls")).ShouldStartWith("NAME");
    }

    [Fact]
    public async Task A_large_state_arrives_whole()
    {
        await _work.Do("stack", "init", "dev");
        await Plant("dev", Deployments.Of([Deployments.Root(), .. Enumerable.Range(0, 20_000).Select(i => Deployments.Bucket("b" + i))]));
        var exported = await _work.Do("stack", "export");
        _work.Machine.Input = exported;

        await _work.Do("stack", "import");

        (await _work.Do("stack", "export")).ShouldBe(exported);
        exported.Length.ShouldBeGreaterThan(5_000_000);
        _server.Complaints.ShouldBeEmpty();
    }
}
