using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Backends.Buckets.Http;
using Cli.Providers;
using Cli.Providers.Google;

namespace Cli.Backends.Buckets.Google;

/// <summary>A bucket of Google Cloud Storage, by its JSON interface.</summary>
internal sealed class GoogleBucket : IBucket
{
    private readonly string name;
    private readonly Uri service;
    private readonly bool isAnonymous;
    private readonly BucketHttp http;
    private readonly GoogleIdentity identity;

    private GoogleBucket(Machine machine, ServiceAddress address)
    {
        address.Allow("access_id", "private_key_path", "anonymous");
        name =
            address.Host.Length > 0
                ? address.Host
                : throw new UserErrorException("the address names no bucket; it should look like gs://my-bucket");
        var emulator = machine.Variable("STORAGE_EMULATOR_HOST");
        service = new Uri(
            emulator is null ? "https://storage.googleapis.com"
            : emulator.Contains("://", StringComparison.Ordinal) ? emulator.TrimEnd('/')
            : "http://" + emulator
        );
        isAnonymous = address.IsOn("anonymous") || (emulator is not null && GoogleCredentials.Find(machine) is null);
        (http, identity) = (new(machine, service, Trust.Usual), new(machine));
    }

    private string Objects => $"storage/v1/b/{Uri.EscapeDataString(name)}/o";

    public static IBucket Open(Machine machine, ServiceAddress address) =>
        PrefixedBucket.Of(new GoogleBucket(machine, address), address.Prefix);

    public async Task<byte[]?> Read(string key, CancellationToken ct)
    {
        var answer = await Send(HttpMethod.Get, $"{Objects}/{Uri.EscapeDataString(key)}?alt=media", null, ct);
        return answer.IsGood ? answer.Body
            : answer.Status == HttpStatusCode.NotFound && !IsMissingBucket(answer) ? null
            : throw Fault(answer);
    }

    public async Task Write(string key, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var answer = await Upload(key, "", content, ct);
        if (!answer.IsGood)
        {
            throw Fault(answer);
        }
    }

    public async Task<bool> Create(string key, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var answer = await Upload(key, "&ifGenerationMatch=0", content, ct);
        return answer.IsGood || (answer.Status == HttpStatusCode.PreconditionFailed ? false : throw Fault(answer));
    }

    public async Task Delete(string key, CancellationToken ct)
    {
        var answer = await Send(HttpMethod.Delete, $"{Objects}/{Uri.EscapeDataString(key)}", null, ct);
        if (!answer.IsGood && (answer.Status != HttpStatusCode.NotFound || IsMissingBucket(answer)))
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
            var more = next is null ? "" : "&pageToken=" + Uri.EscapeDataString(next);
            var query = $"prefix={Uri.EscapeDataString(prefix)}&fields=nextPageToken,items(name,updated){more}";
            var answer = await Send(HttpMethod.Get, $"{Objects}?{query}", null, ct);
            if (!answer.IsGood)
            {
                throw Fault(answer);
            }
            var page = new Answer(answer.Status, answer.Body).Json;
            entries.AddRange(
                (page["items"] as JsonArray ?? []).Select(item => new BucketEntry(
                    item!["name"]!.ToString(),
                    DateTimeOffset.Parse(item["updated"]!.ToString(), CultureInfo.InvariantCulture)
                ))
            );
            next = page["nextPageToken"]?.ToString();
        } while (!string.IsNullOrEmpty(next));
        return [.. entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)];
    }

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<BucketAnswer> Upload(string key, string condition, ReadOnlyMemory<byte> content, CancellationToken ct) =>
        Send(HttpMethod.Post, $"upload/{Objects}?uploadType=media&name={Uri.EscapeDataString(key)}{condition}", content, ct);

    private async Task<BucketAnswer> Send(HttpMethod method, string path, ReadOnlyMemory<byte>? body, CancellationToken ct)
    {
        var token = isAnonymous ? null : await Token(ct);
        return await http.Send(
            () =>
            {
                var request = new HttpRequestMessage(method, $"{service.GetLeftPart(UriPartial.Authority)}/{path}");
                if (token is not null)
                {
                    request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
                }
                if (body is { } content)
                {
                    request.Content = new ReadOnlyMemoryContent(content);
                    request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/octet-stream");
                }
                return request;
            },
            ct
        );
    }

    private async Task<string> Token(CancellationToken ct)
    {
        try
        {
            return await identity.Token(ct);
        }
        catch (UserErrorException problem)
        {
            throw new BucketFaultException(problem.Message);
        }
    }

    private static bool IsMissingBucket(BucketAnswer answer) =>
        new Answer(answer.Status, answer.Body).Fault.Contains("specified bucket does not exist", StringComparison.OrdinalIgnoreCase);

    private BucketFaultException Fault(BucketAnswer answer)
    {
        var said = new Answer(answer.Status, answer.Body).Fault;
        return new(
            answer.Status switch
            {
                HttpStatusCode.NotFound when IsMissingBucket(answer) =>
                    $"the bucket '{name}' does not exist at {service.Authority}; make it with `gcloud storage buckets create`, or correct the address",
                HttpStatusCode.Unauthorized =>
                    $"{service.Authority} answers {said}; check GOOGLE_CREDENTIALS, or run `gcloud auth application-default login`",
                HttpStatusCode.Forbidden =>
                    $"{service.Authority} answers {said}; the caller needs the role Storage Object Admin on the bucket '{name}'",
                _ => $"{service.Authority} answers {said}",
            }
        );
    }
}
