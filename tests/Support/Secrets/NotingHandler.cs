namespace Support.Secrets;

/// <summary>Notes the secrets of each exchange; without TEST_LOGS it does nothing.</summary>
public sealed class NotingHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!RunSecrets.AreNoted)
        {
            return await base.SendAsync(request, cancellationToken);
        }
        var sent = await Text(request.Content, cancellationToken);
        var answer = await base.SendAsync(request, cancellationToken);
        SecretsOnTheWire.Note(request, sent, answer, await Text(answer.Content, cancellationToken));
        return answer;
    }

    /// <summary>Of what ends and is text; streams of events are left alone.</summary>
    private static async Task<string> Text(HttpContent? content, CancellationToken ct)
    {
        if (
            content?.Headers.ContentType?.MediaType
            is not ("application/json" or "application/x-www-form-urlencoded" or "text/html" or "text/plain")
        )
        {
            return "";
        }
        await content.LoadIntoBufferAsync(ct);
        if (!content.Headers.ContentEncoding.Contains("gzip"))
        {
            return await content.ReadAsStringAsync(ct);
        }
        using var copy = new MemoryStream(await content.ReadAsByteArrayAsync(ct));
        await using var plain = new System.IO.Compression.GZipStream(copy, System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(plain);
        try
        {
            return await reader.ReadToEndAsync(ct);
        }
        catch (InvalidDataException)
        {
            return ""; // a test may lie about it
        }
    }
}
