namespace Support;

/// <summary>Every answer that a test's client gets from <c>/api</c> is held against the published API on its way, so no test has to ask for it.</summary>
internal sealed class PublishedApiHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        var path = request.RequestUri!.PathAndQuery;
        if (path.StartsWith("/api/", StringComparison.Ordinal))
        {
            await answer.Content.LoadIntoBufferAsync(cancellationToken);
            PublishedApi.Check(request.Method.Method, path, (int)answer.StatusCode, await Text(answer, cancellationToken));
        }
        return answer;
    }

    private static async Task<string> Text(HttpResponseMessage answer, CancellationToken ct)
    {
        if (!answer.Content.Headers.ContentEncoding.Contains("gzip"))
        {
            return await answer.Content.ReadAsStringAsync(ct);
        }
        using var copy = new MemoryStream(await answer.Content.ReadAsByteArrayAsync(ct));
        await using var plain = new System.IO.Compression.GZipStream(copy, System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(plain);
        return await reader.ReadToEndAsync(ct);
    }
}
