using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Support;

namespace EndToEnd;

/// <summary>The command line behind a proxy, as HTTP_PROXY, HTTPS_PROXY and NO_PROXY describe it.</summary>
public sealed class ProxyTests : IDisposable
{
    private const string User =
        """{"id":"1","githubLogin":"ann","name":"","email":"","avatarUrl":"","identities":[],"organizations":[{"githubLogin":"ann","name":"","avatarUrl":"","role":"admin"}]}""";

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("holdfast-home-");

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task Requests_go_through_the_proxy_unless_an_address_is_excepted()
    {
        using var proxy = new Proxy($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {User.Length}\r\n\r\n{User}");

        var through = await Login("http://cloud.test", ("HTTP_PROXY", proxy.Url));
        through.ShouldBe((0, "Logged in to http://cloud.test as ann ()\n", ""));
        proxy.Lines.ShouldContain("GET http://cloud.test/api/user HTTP/1.1");

        proxy.Lines.Clear();
        (await Login("http://127.0.0.1:9", ("HTTP_PROXY", proxy.Url))).Error.ShouldContain(
            "dial tcp 127.0.0.1:9: connect: connection refused"
        );
        (await Login("http://cloud.invalid", ("HTTP_PROXY", proxy.Url), ("NO_PROXY", ".invalid"))).Exit.ShouldNotBe(0);
        proxy.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_proxy_that_does_not_let_one_through_is_told_apart_from_the_server()
    {
        using var proxy = new Proxy(
            "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n"
        );
        var refused = await Login("https://cloud.test", ("HTTPS_PROXY", proxy.Url));
        refused.Exit.ShouldBe(1);
        refused.Error.ShouldContain("407");
        proxy.Lines.ShouldContain("CONNECT cloud.test:443 HTTP/1.1");

        var closed = $"127.0.0.1:{TestServer.FreePort()}";
        var gone = await Login("https://cloud.test", ("HTTPS_PROXY", "http://" + closed));
        gone.Error.ShouldContain($"dial tcp {closed}: connect: connection refused");
    }

    private async Task<(int Exit, string Out, string Error)> Login(string url, params (string Name, string Value)[] variables)
    {
        var environment = variables.ToDictionary(v => v.Name, v => v.Value);
        environment["PULUMI_HOME"] = _home.FullName;
        environment["PULUMI_ACCESS_TOKEN"] = "pul-" + new string('0', 40);
        environment["PULUMI_SKIP_UPDATE_CHECK"] = "1";
        var (exit, output, error) = await Published.Run(Published.Pulumi, environment, "", "login", url);
        return (exit, output, error.Replace("Logging in using access token from PULUMI_ACCESS_TOKEN\n", "", StringComparison.Ordinal));
    }

    /// <summary>Answers every request with the same bytes.</summary>
    private sealed class Proxy : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly byte[] _answer;

        public Proxy(string answer)
        {
            _answer = Encoding.ASCII.GetBytes(answer);
            _listener.Start();
            _ = Serve();
        }

        public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

        /// <summary>The first line of each request.</summary>
        public ConcurrentQueue<string> Lines { get; } = [];

        public void Dispose() => _listener.Dispose();

        private async Task Serve()
        {
            while (true)
            {
                TcpClient client;
                try
                {
                    client = await _listener.AcceptTcpClientAsync();
                }
                catch (Exception end) when (end is SocketException or ObjectDisposedException)
                {
                    return;
                }
                _ = Answer(client);
            }
        }

        private async Task Answer(TcpClient client)
        {
            using (client)
            await using (var stream = client.GetStream())
            {
                using var reader = new StreamReader(stream, leaveOpen: true);
                while (await reader.ReadLineAsync() is { } first)
                {
                    Lines.Enqueue(first);
                    while (await reader.ReadLineAsync() is { Length: > 0 }) { }
                    await stream.WriteAsync(_answer);
                }
            }
        }
    }
}
