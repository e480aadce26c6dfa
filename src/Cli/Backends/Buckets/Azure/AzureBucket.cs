using System.Globalization;
using System.Net;
using System.Text;
using Cli.Api;
using Cli.Backends.Buckets.Http;
using Cli.Providers;
using Cli.Providers.Azure;

namespace Cli.Backends.Buckets.Azure;

/// <summary>A container of Azure Blob Storage.</summary>
internal sealed class AzureBucket(Machine machine, AzureAddress place) : IBucket
{
    private const string Version = "2021-08-06";
    private readonly BucketHttp http = new(machine, place.Root, Trust.Usual);
    private readonly AzureIdentity identity = new(machine);

    public static IBucket Open(Machine machine, ServiceAddress address) =>
        PrefixedBucket.Of(new AzureBucket(machine, AzureAddress.Of(machine, address)), address.Prefix);

    public async Task<byte[]?> Read(string key, CancellationToken ct)
    {
        var answer = await Send(HttpMethod.Get, "/" + BucketHttp.Escape(key), [], null, ct);
        return answer.IsGood ? answer.Body
            : answer.Status == HttpStatusCode.NotFound && CodeOf(answer) != "ContainerNotFound" ? null
            : throw Fault(answer);
    }

    public async Task Write(string key, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var answer = await Put(key, [], content, ct);
        if (!answer.IsGood)
        {
            throw Fault(answer);
        }
    }

    public async Task<bool> Create(string key, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var answer = await Put(key, [("If-None-Match", "*")], content, ct);
        return answer.IsGood
            || (answer.Status is HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed ? false : throw Fault(answer));
    }

    public async Task Delete(string key, CancellationToken ct)
    {
        var answer = await Send(HttpMethod.Delete, "/" + BucketHttp.Escape(key), [], null, ct);
        if (!answer.IsGood && (answer.Status != HttpStatusCode.NotFound || CodeOf(answer) == "ContainerNotFound"))
        {
            throw Fault(answer);
        }
    }

    public async Task<IReadOnlyList<BucketEntry>> List(string prefix, CancellationToken ct)
    {
        var entries = new List<BucketEntry>();
        var next = "";
        do
        {
            var more = next.Length == 0 ? "" : "&marker=" + Uri.EscapeDataString(next);
            var answer = await Send(
                HttpMethod.Get,
                $"?restype=container&comp=list&prefix={Uri.EscapeDataString(prefix)}{more}",
                [],
                null,
                ct
            );
            if (!answer.IsGood || answer.Xml is not { } list)
            {
                throw Fault(answer);
            }
            entries.AddRange(
                list.All("Blob")
                    .Select(blob => new BucketEntry(
                        blob.Value("Name")!,
                        DateTimeOffset.Parse(blob.All("Last-Modified").Single().Value, CultureInfo.InvariantCulture)
                    ))
            );
            next = list.Value("NextMarker") ?? "";
        } while (next.Length > 0);
        return [.. entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)];
    }

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<BucketAnswer> Put(string key, (string Name, string Value)[] headers, ReadOnlyMemory<byte> content, CancellationToken ct) =>
        Send(HttpMethod.Put, "/" + BucketHttp.Escape(key), [("x-ms-blob-type", "BlockBlob"), .. headers], content, ct);

    private async Task<BucketAnswer> Send(
        HttpMethod method,
        string path,
        (string Name, string Value)[] headers,
        ReadOnlyMemory<byte>? body,
        CancellationToken ct
    )
    {
        var token = place.Key is null && place.SignedQuery is null ? await Token(ct) : null;
        return await http.Send(
            () =>
            {
                var request = new HttpRequestMessage(method, Address(path));
                request.Headers.Add("x-ms-version", Version);
                request.Headers.Add("x-ms-date", machine.Clock.GetUtcNow().ToString("r", CultureInfo.InvariantCulture));
                foreach (var (name, value) in headers)
                {
                    request.Headers.TryAddWithoutValidation(name, value);
                }
                if (body is { } content)
                {
                    request.Content = new ReadOnlyMemoryContent(content);
                }
                if (token is not null)
                {
                    request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
                }
                place.Key?.Sign(request);
                return request;
            },
            ct
        );
    }

    private Uri Address(string path)
    {
        var address = place.Root.AbsoluteUri + path;
        return new(place.SignedQuery is not { } signed ? address : $"{address}{(path.StartsWith('?') ? '&' : '?')}{signed}");
    }

    private async Task<string> Token(CancellationToken ct)
    {
        try
        {
            return await identity.Token("https://storage.azure.com", ct);
        }
        catch (UserErrorException problem)
        {
            throw new BucketFaultException(problem.Message);
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
                "ContainerNotFound" =>
                    $"the container '{place.Container}' does not exist at {place.Root.Authority}; make it with `az storage container create`, or correct the address",
                "AuthenticationFailed" =>
                    $"AuthenticationFailed: {said} Check AZURE_STORAGE_ACCOUNT with AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN",
                "AuthorizationPermissionMismatch" or "AuthorizationFailure" =>
                    $"{code}: {said} The caller needs the role Storage Blob Data Contributor on the container '{place.Container}'",
                _ =>
                    $"{place.Root.Authority} answers {(int)answer.Status} {code ?? answer.Status.ToString()}{(said.Length is > 0 and < 500 ? ": " + said : "")}",
            }
        );
    }
}
