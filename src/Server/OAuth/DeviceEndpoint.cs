using System.Globalization;
using Server.Settings;
using Wire;

namespace Server.OAuth;

/// <summary>POST /api/oauth/device (RFC 8628, 3.1)</summary>
internal static class DeviceEndpoint
{
    public static async Task<IResult> Answer(
        HttpContext http,
        DeviceStore devices,
        OAuthThrottles throttles,
        ServerSettings settings,
        CancellationToken ct
    )
    {
        if (!settings.DeviceLogin)
        {
            return OAuthForm.Refuse("unauthorized_client", "Logins with a device code are switched off on this service.");
        }
        var form = await OAuthForm.Read(http);
        if (form["client_id"] != NativeClient.Id)
        {
            return OAuthForm.Refuse("invalid_client", $"The only client here is {NativeClient.Id}.", StatusCodes.Status401Unauthorized);
        }
        if (!throttles.Devices.Count(http))
        {
            http.Response.Headers.RetryAfter = throttles.Devices.Window.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            return OAuthForm.Refuse(
                DeviceAnswer.SlowDown,
                "Too many logins were started from your network. Wait five minutes and try again.",
                StatusCodes.Status429TooManyRequests
            );
        }
        var (device, userCode) = await devices.Create(Asker.From(http, name => form[name]), ct);
        var page = ServerSettings.Address(settings.ConsoleUrl) + "/device";
        return Results.Json(
            new DeviceAuthorization(
                device.Reveal(),
                userCode,
                page,
                $"{page}?user_code={userCode}",
                (long)DeviceRequest.Lifetime.TotalSeconds,
                (long)DeviceRequest.Interval.TotalSeconds
            ),
            OAuthJson.Default.DeviceAuthorization
        );
    }
}
