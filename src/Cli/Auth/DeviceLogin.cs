using Cli.Api;
using Wire;

namespace Cli.Auth;

/// <summary>Shows a code to type on the server's page, in any browser, and asks until somebody did (RFC 8628).</summary>
internal sealed class DeviceLogin(Session session, OAuthServer server)
{
    private static readonly TimeSpan Slower = TimeSpan.FromSeconds(5);

    /// <summary>So many polls in a row may get no answer.</summary>
    private const int MostSilent = 10;

    public async Task<TokenGrant> Run(CancellationToken ct)
    {
        var device = await Start(ct);
        await session.Out.WriteLineAsync(
            $"To log in, open this page in a browser on any device:\n\n    {device.VerificationUri}\n\nand enter the code {device.UserCode}\n"
        );
        if (session.Machine.Terminal.OutIsTerminal)
        {
            await session.Out.WriteLineAsync($"or scan this:\n\n{QrCode.Draw(device.VerificationUriComplete)}");
        }
        await session.Out.WriteLineAsync("Waiting for login to complete...");
        try
        {
            return await Wait(device, ct);
        }
        catch (OperationCanceledException)
        {
            throw new UserErrorException("the login was cancelled before anybody entered the code", Exit.Cancelled);
        }
    }

    private async Task<DeviceAuthorization> Start(CancellationToken ct)
    {
        try
        {
            return await server.StartDevice(OAuthLogin.HostName(session.Machine), session.CommandPath, ct);
        }
        catch (ApiException refused)
        {
            throw refused.AsUserError(server.Console);
        }
    }

    private async Task<TokenGrant> Wait(DeviceAuthorization device, CancellationToken ct)
    {
        var clock = session.Machine.Clock;
        var end = clock.GetUtcNow().AddSeconds(device.ExpiresIn);
        var interval = TimeSpan.FromSeconds(Math.Max(1, device.Interval));
        for (var silent = 0; ; )
        {
            ShowTimeLeft(end - clock.GetUtcNow());
            await Task.Delay(interval, clock, ct);
            try
            {
                var grant = await server.Poll(device.DeviceCode, ct);
                EndTimeLeft();
                return grant;
            }
            catch (ApiException refused)
            {
                silent = 0;
                interval += OAuthServer.ErrorIn(refused) switch
                {
                    "authorization_pending" => TimeSpan.Zero,
                    "slow_down" => Slower,
                    "access_denied" => throw Ended("the login was denied in the browser"),
                    "expired_token" => throw Ended("nobody entered the code in time; run `pulumi login --device` again"),
                    _ when refused.Status >= 500 || refused.Status == 429 => Slower,
                    _ => throw refused.AsUserError(server.Console),
                };
            }
            catch (UserErrorException) when (++silent < MostSilent && clock.GetUtcNow() < end)
            {
                // The network was away; the code is still good.
            }
        }
    }

    private UserErrorException Ended(string text)
    {
        EndTimeLeft();
        return new(text, Exit.Authentication);
    }

    private void ShowTimeLeft(TimeSpan left)
    {
        if (session.Interactive)
        {
            session.Machine.Terminal.Error.Write($"\r{(left < TimeSpan.Zero ? TimeSpan.Zero : left):m\\:ss} left ");
            session.Machine.Terminal.Error.Flush();
        }
    }

    private void EndTimeLeft()
    {
        if (session.Interactive)
        {
            session.Machine.Terminal.Error.Write("\r            \r");
        }
    }
}
