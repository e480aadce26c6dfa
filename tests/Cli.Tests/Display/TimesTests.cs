using Cli.Display;

namespace Cli.Tests.Display;

public sealed class TimesTests
{
    [Theory]
    [InlineData("Europe/Berlin", "2026-08-18 10:00:00 +0200 CEST")]
    [InlineData("America/Sao_Paulo", "2026-08-18 05:00:00 -0300 -03")]
    [InlineData("Etc/UTC", "2026-08-18 08:00:00 +0000 UTC")]
    public void A_whole_time_has_its_zones_offset_and_name(string zone, string text)
    {
        var time = new DateTimeOffset(2026, 8, 18, 8, 0, 0, TimeSpan.Zero);

        Times.Full(time, TimeZoneInfo.FindSystemTimeZoneById(zone)).ShouldBe(text);
    }
}
