using OtpNet;

namespace Server.Factors;

/// <summary>What an authenticator app and we share (RFC 6238): codes of six digits, a new one every thirty seconds.</summary>
public static class TotpSeed
{
    public static byte[] New() => KeyGeneration.GenerateRandomKey(20);

    /// <summary>The key as people type it.</summary>
    public static string Text(byte[] seed) => Base32Encoding.ToString(seed).TrimEnd('=');

    /// <summary>What the QR code says; the form that apps agree on.</summary>
    public static string Address(byte[] seed, string host, string login) =>
        $"otpauth://totp/Holdfast:{Uri.EscapeDataString($"{login}@{host}")}?secret={Text(seed)}&issuer=Holdfast&digits=6&period=30";

    /// <returns>The time step whose code this is, now or one step beside it, since clocks differ; null if it is none's.</returns>
    public static long? Step(byte[] seed, string code, DateTimeOffset now) =>
        new Totp(seed).VerifyTotp(now.UtcDateTime, code, out var step, new VerificationWindow(previous: 1, future: 1)) ? step : null;
}
