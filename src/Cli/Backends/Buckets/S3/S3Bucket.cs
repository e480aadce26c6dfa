using System.Globalization;
using System.Net;
using System.Text;
using Cli.Backends.Buckets.Http;
using Cli.Providers;
using Cli.Providers.Aws;

namespace Cli.Backends.Buckets.S3;

/// <summary>AWS S3, and what speaks its protocol. Requests are signed with Signature Version 4.</summary>
internal sealed class S3Bucket(Machine machine, S3Address place, AwsIdentity identity) : IBucket
{
    private readonly BucketHttp http = new(machine, place.Root, AwsRegion.Trust(machine));
    private S3Address place = place;

    /// <summary>Some stores do not know conditions: then we look before we write.</summary>
    private bool knowsConditions = true;

    public static IBucket Open(Machine machine, ServiceAddress address)
    {
        var identity = new AwsIdentity(machine, address["profile"]);
        return PrefixedBucket.Of(new S3Bucket(machine, S3Address.Of(machine, address, identity), identity), address.Prefix);
    }

    public async Task<byte[]?> Read(string key, CancellationToken ct)
    {
        var answer = await Send(HttpMethod.Get, BucketHttp.Escape(key), [], null, ct);
        return answer.IsGood ? answer.Body
            : answer.Status == HttpStatusCode.NotFound && CodeOf(answer) != "NoSuchBucket" ? null
            : throw Fault(answer);
    }

    public async Task Write(string key, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var answer = await Send(HttpMethod.Put, BucketHttp.Escape(key), [], content, ct);
        if (!answer.IsGood)
        {
            throw Fault(answer);
        }
    }

    public async Task<bool> Create(string key, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        if (knowsConditions)
        {
            var answer = await Send(HttpMethod.Put, BucketHttp.Escape(key), [("If-None-Match", "*")], content, ct);
            switch (answer)
            {
                case { IsGood: true }:
                    return true;
                case { Status: HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict }:
                    return false;
                case { Status: not HttpStatusCode.NotImplemented }:
                    throw Fault(answer);
            }
            knowsConditions = false;
        }
        if (await Read(key, ct) is not null)
        {
            return false;
        }
        await Write(key, content, ct);
        return true;
    }

    public async Task Delete(string key, CancellationToken ct)
    {
        var answer = await Send(HttpMethod.Delete, BucketHttp.Escape(key), [], null, ct);
        if (!answer.IsGood && answer.Status != HttpStatusCode.NotFound)
        {
            throw Fault(answer);
        }
    }

    public async Task<IReadOnlyList<BucketEntry>> List(string prefix, CancellationToken ct)
    {
        var entries = new List<BucketEntry>();
        string? next = null;
        do
        {
            var more = next is null ? "" : $"&continuation-token={Uri.EscapeDataString(next)}";
            var answer = await Send(
                HttpMethod.Get,
                $"?encoding-type=url&list-type=2&prefix={Uri.EscapeDataString(prefix)}{more}",
                [],
                null,
                ct
            );
            if (!answer.IsGood || answer.Xml is not { } list)
            {
                throw Fault(answer);
            }
            var escaped = list.Value("EncodingType") == "url";
            entries.AddRange(
                list.All("Contents")
                    .Select(item => new BucketEntry(
                        escaped ? Uri.UnescapeDataString(item.Value("Key")!.Replace('+', ' ')) : item.Value("Key")!,
                        DateTimeOffset.Parse(item.Value("LastModified")!, CultureInfo.InvariantCulture)
                    ))
            );
            next = list.Value("IsTruncated") == "true" ? list.Value("NextContinuationToken") : null;
        } while (next is not null);
        return [.. entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)];
    }

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<BucketAnswer> Send(
        HttpMethod method,
        string path,
        (string Name, string Value)[] headers,
        ReadOnlyMemory<byte>? body,
        CancellationToken ct
    )
    {
        var credentials = place.IsAnonymous ? null : await Credentials(ct);
        var answer = await http.Send(() => Request(method, path, headers, body, credentials), ct);
        if (answer.Region is { } region && region != place.Region && !answer.IsGood)
        {
            place = place.In(region);
            answer = await http.Send(() => Request(method, path, headers, body, credentials), ct);
        }
        return answer;
    }

    private async Task<AwsCredentials> Credentials(CancellationToken ct)
    {
        try
        {
            return await identity.Credentials(ct);
        }
        catch (UserErrorException problem)
        {
            throw new BucketFaultException(problem.Message);
        }
    }

    private HttpRequestMessage Request(
        HttpMethod method,
        string path,
        (string Name, string Value)[] headers,
        ReadOnlyMemory<byte>? body,
        AwsCredentials? credentials
    )
    {
        var request = new HttpRequestMessage(method, new Uri(place.Root.AbsoluteUri + path));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        if (body is { } content)
        {
            request.Content = new ReadOnlyMemoryContent(content);
            Encrypt(request);
        }
        if (credentials is not null)
        {
            new SignatureV4(credentials, place.Region, "s3").Sign(request, (body ?? default).Span, machine.Clock.GetUtcNow());
        }
        return request;
    }

    private void Encrypt(HttpRequestMessage request)
    {
        if (place.Encryption is { } kind)
        {
            request.Headers.TryAddWithoutValidation("x-amz-server-side-encryption", kind);
        }
        if (place.EncryptionKey is { } key)
        {
            request.Headers.TryAddWithoutValidation("x-amz-server-side-encryption-aws-kms-key-id", key);
        }
    }

    private static string? CodeOf(BucketAnswer answer) => answer.Xml?.Value("Code");

    private BucketFaultException Fault(BucketAnswer answer)
    {
        var code = CodeOf(answer);
        var said = (answer.Xml?.Value("Message") ?? Encoding.UTF8.GetString(answer.Body)).Split('\n')[0].Trim();
        return new(
            code switch
            {
                "NoSuchBucket" =>
                    $"the bucket '{place.Bucket}' does not exist at {place.Root.Authority}; make it with `aws s3 mb`, or correct the address",
                "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "ExpiredToken" or "InvalidToken" =>
                    $"{code}: {said}; check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile (?profile=…)",
                "AccessDenied" =>
                    $"AccessDenied: {said}; the credentials need s3:ListBucket on '{place.Bucket}' and s3:GetObject, s3:PutObject and s3:DeleteObject in it",
                "PermanentRedirect" or "AuthorizationHeaderMalformed" => $"{code}: {said}; add the bucket's ?region=… to the address",
                _ =>
                    $"{place.Root.Authority} answers {(int)answer.Status} {code ?? answer.Status.ToString()}{(said.Length is > 0 and < 500 ? ": " + said : "")}",
            }
        );
    }
}
