using System.Globalization;
using System.Text;
using Cli.Providers.Aws;

namespace Cli.Tests.Providers;

/// <summary>Signatures that AWS has published: its test suite for version 4, and the examples of the S3 documentation.</summary>
public sealed class SignatureTests
{
    private static readonly AwsCredentials Suite = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    private static readonly AwsCredentials Examples = new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

    [Theory]
    [InlineData("GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")] // get-vanilla
    [InlineData("GET", "/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")] // get-vanilla-query-order-key-case
    [InlineData("POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")] // post-vanilla
    [InlineData("GET", "/\u1234", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85")] // get-utf8
    public void The_suite_of_version_4_is_met(string method, string path, string expected)
    {
        using var request = new HttpRequestMessage(new(method), "https://example.amazonaws.com" + path);

        new SignatureV4(Suite, "us-east-1", "service").Sign(request, [], Time("2015-08-30T12:36:00Z"));

        Authorization(request)
            .ShouldBe(
                $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature={expected}"
            );
    }

    [Theory]
    [InlineData("GET", "/test.txt", "", "Range: bytes=0-9", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")]
    [InlineData(
        "PUT",
        "/test%24file.text",
        "Welcome to Amazon S3.",
        "Date: Fri, 24 May 2013 00:00:00 GMT|x-amz-storage-class: REDUCED_REDUNDANCY",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
    )]
    [InlineData("GET", "/?lifecycle", "", "", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    [InlineData("GET", "/?max-keys=2&prefix=J", "", "", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    public void The_examples_of_S3_are_met(string method, string path, string body, string headers, string expected)
    {
        using var request = new HttpRequestMessage(new(method), "https://examplebucket.s3.amazonaws.com" + path);
        foreach (var header in headers.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(header => header.Split(": ", 2)))
        {
            request.Headers.TryAddWithoutValidation(header[0], header[1]);
        }

        new SignatureV4(Examples, "us-east-1", "s3").Sign(request, Encoding.UTF8.GetBytes(body), Time("2013-05-24T00:00:00Z"));

        Authorization(request).ShouldEndWith("Signature=" + expected);
    }

    private static string Authorization(HttpRequestMessage request) => request.Headers.GetValues("Authorization").Single();

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
