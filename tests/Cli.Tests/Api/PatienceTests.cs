using System.Net;
using System.Net.Sockets;
using Cli.Api;
using Cli.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Cli.Tests.Api;

public class PatienceTests
{
    [Fact]
    public async Task A_server_that_accepts_and_says_nothing_is_given_up_and_not_asked_again()
    {
        using var machine = new TestMachine();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}";
        using var transport = new Transport(Impatient(machine), new HttpRoute(Trust.Usual, Direct: true));

        var fault = await Should.ThrowAsync<UserErrorException>(() =>
            transport.Send(() => new HttpRequestMessage(HttpMethod.Get, url), repeat: true, CancellationToken.None)
        );

        fault.Message.ShouldBe(
            $"performing HTTP request: Get \"{url}/\": 127.0.0.1 has accepted the connection and not answered for 0.2 seconds"
        );
        machine.Waits.ShouldBeEmpty();
    }

    private static Machine Impatient(TestMachine machine) =>
        machine.Machine() with
        {
            Http = _ => new Patience(new SocketsHttpHandler(), TimeSpan.FromMilliseconds(200)),
        };

    [Fact]
    public async Task An_answer_that_has_begun_may_take_its_time()
    {
        await using var cloud = await FakeCloud.Start();
        cloud.Special = async http =>
        {
            await http.Response.WriteAsync("be");
            await http.Response.Body.FlushAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(600));
            await http.Response.WriteAsync("gun");
            return true;
        };
        using var invoker = new HttpMessageInvoker(new Patience(new SocketsHttpHandler(), TimeSpan.FromMilliseconds(300)));
        using var request = new HttpRequestMessage(HttpMethod.Get, cloud.Url);

        using var answer = await invoker.SendAsync(request, CancellationToken.None);

        (await answer.Content.ReadAsStringAsync()).ShouldBe("begun");
    }

    [Fact]
    public async Task Giving_up_oneself_is_no_silence()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var invoker = new HttpMessageInvoker(new Patience(new SocketsHttpHandler(), TimeSpan.FromMinutes(1)));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}");
        using var interrupted = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Should.ThrowAsync<OperationCanceledException>(() => invoker.SendAsync(request, interrupted.Token));
    }
}
