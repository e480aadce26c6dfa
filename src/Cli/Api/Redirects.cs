namespace Cli.Api;

/// <summary>
/// Follows redirects by the stock CLI's rules: ten at most, and a token goes to no other host. The platform's own following would drop a
/// POST's body on 307 and keep no such promise about our header.
/// </summary>
internal sealed class Redirects(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int Most = 10;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var hop = 0; ; hop++)
        {
            var response = await base.SendAsync(request, cancellationToken);
            var code = (int)response.StatusCode;
            if (code is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                return response;
            }
            response.Dispose();
            if (hop == Most)
            {
                throw new HttpRequestException($"stopped after {Most} redirects");
            }
            Turn(request, new Uri(request.RequestUri!, location), keepsMethod: code is 307 or 308);
        }
    }

    private static void Turn(HttpRequestMessage request, Uri target, bool keepsMethod)
    {
        if (target.Scheme is not ("http" or "https"))
        {
            throw new HttpRequestException($"unsupported protocol scheme \"{target.Scheme}\"");
        }
        var sameHost = target.Authority.Equals(request.RequestUri!.Authority, StringComparison.OrdinalIgnoreCase);
        if (!sameHost || !target.Scheme.Equals(request.RequestUri.Scheme, StringComparison.Ordinal))
        {
            request.Headers.Remove("Authorization");
        }
        if (!keepsMethod && request.Method != HttpMethod.Get)
        {
            request.Method = HttpMethod.Get;
            request.Content = null;
        }
        else if (!sameHost && request.Method != HttpMethod.Get)
        {
            // A form with a token in it is as good as the token.
            throw new HttpRequestException("a redirect to another host was refused");
        }
        request.RequestUri = target;
    }
}
