namespace Support;

public static class StockServers
{
    /// <summary>A stock CLI that a new person has logged in, and whose answers are held against the published API.</summary>
    public static async Task<StockClient> StockOf(this TestServer server, string login, HttpMessageHandler? wire = null) =>
        server.Stock(await server.TokenOf(await server.AddAccount(login)), wire);

    public static StockClient Stock(this TestServer server, string token, HttpMessageHandler? wire) =>
        new(server.Client(wire ?? new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }), token);
}
