using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Support.Secrets;

namespace Support;

/// <summary>A browser with cookies and forms but no script: what the console must work in.</summary>
public sealed class FormBrowser : IDisposable
{
    private readonly TestServer _server;
    private readonly HttpClient _client;

    public FormBrowser(TestServer server)
    {
        (_server, Address) = (server, server.Url);
        _client = new(new NotingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }))
        {
            BaseAddress = server.Url,
        };
    }

    public CookieContainer Cookies { get; } = new();
    public Dictionary<string, string> Headers { get; } = [];
    public bool FollowsRedirects { get; init; } = true;

    public IHtmlDocument Page { get; private set; } = new HtmlParser().ParseDocument("");
    public Uri Address { get; private set; }
    public HttpStatusCode Status { get; private set; }
    public HttpResponseMessage Response { get; private set; } = new();

    /// <summary>Where a redirect led that leaves the server; such a one is not followed.</summary>
    public Uri? Left { get; private set; }

    public string Path => Address.PathAndQuery;

    public Task Open(string path) => Go(new HttpRequestMessage(HttpMethod.Get, new Uri(_server.Url, path)));

    /// <summary>Fills and submits the form of that name, with the fields it already has.</summary>
    public Task Submit(string form, params (string Name, string Value)[] fields)
    {
        var (action, values) = Fill(form, fields);
        return Go(new HttpRequestMessage(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(values) });
    }

    /// <summary>As <see cref="Submit"/>, with a file in one of the fields.</summary>
    public Task Upload(string form, string field, HttpContent file, params (string Name, string Value)[] fields)
    {
        var (action, values) = Fill(form, fields);
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in values.Where(v => v.Key != field))
        {
            content.Add(new StringContent(value), name);
        }
        content.Add(file, field, "file.json");
        return Go(new HttpRequestMessage(HttpMethod.Post, action) { Content = content });
    }

    private (Uri Action, Dictionary<string, string> Values) Fill(string form, (string Name, string Value)[] fields)
    {
        var element = Page.Forms.First(f => f.QuerySelector($"input[name=_handler][value='{form}']") is not null);
        var values = element.QuerySelectorAll("input[name], select[name]").Where(IsSent).ToDictionary(i => i.GetAttribute("name")!, Value);
        foreach (var (name, value) in fields)
        {
            values[name] = value;
        }
        return (element.GetAttribute("action") is { Length: > 0 } given ? new Uri(_server.Url, given) : Address, values);
    }

    /// <summary>Sends a form that no page has offered.</summary>
    public Task Post(string path, params (string Name, string Value)[] fields) =>
        Go(
            new HttpRequestMessage(HttpMethod.Post, new Uri(_server.Url, path))
            {
                Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))),
            }
        );

    public async Task SignUp(string login)
    {
        await Open("/signup");
        await Submit("sign-up", ("Login", login), ("Email", login + "@example.com"), ("Password", TestServer.Password));
    }

    public async Task SignIn(string login, string password = TestServer.Password)
    {
        await Open("/signin");
        await Submit("sign-in", ("Name", login), ("Password", password));
    }

    public string Text(string selector) => Page.QuerySelector(selector)?.TextContent.Trim() ?? $"(no {selector})";

    public void Dispose() => _client.Dispose();

    private static bool IsSent(IElement field) => field is not IHtmlInputElement { Type: "checkbox", IsChecked: false };

    private static string Value(IElement field) =>
        field switch
        {
            IHtmlInputElement input => input.Value,
            IHtmlSelectElement select => select.Value ?? "",
            _ => "",
        };

    private async Task Go(HttpRequestMessage request)
    {
        Left = null;
        for (var hops = 0; ; hops++)
        {
            foreach (var (name, value) in Headers)
            {
                request.Headers.Add(name, value);
            }
            Response = await _client.SendAsync(request);
            (Address, Status) = (request.RequestUri!, Response.StatusCode);
            TakeCookies();
            if (Response.Headers.Location is not { } location || hops == 5 || !FollowsRedirects)
            {
                Page = new HtmlParser().ParseDocument(await Response.Content.ReadAsStringAsync());
                return;
            }
            var target = new Uri(Address, location);
            if (target.Authority != _server.Url.Authority)
            {
                Left = target;
                return;
            }
            request = new HttpRequestMessage(HttpMethod.Get, new Uri(_server.Url, target.PathAndQuery));
        }
    }

    /// <summary>
    /// As browsers do, and the container does not: a cookie with the prefix must be this host's, for all paths and over https. A proxy that speaks https is
    /// made up in tests, so that all cookies go over plain http.
    /// </summary>
    private void TakeCookies()
    {
        foreach (var text in Response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var parts = text.ToLowerInvariant().Split("; ");
            var isTaken =
                parts.Contains("path=/")
                && parts.Contains("secure")
                && !Array.Exists(parts, p => p.StartsWith("domain=", StringComparison.Ordinal));
            if (text.StartsWith("__Host-", StringComparison.Ordinal) && !isTaken)
            {
                throw new InvalidOperationException(
                    $"No browser takes the cookie {text.Split('=')[0]} with {string.Join("; ", parts.Skip(1))}."
                );
            }
        }
        foreach (Cookie cookie in Cookies.GetAllCookies())
        {
            cookie.Secure = false;
        }
    }
}
