using Server.Console;

namespace Server.Tests.Console;

public class RelativeTimeTests
{
    [Theory]
    [InlineData("30.00:00:00", "in 30 days")]
    [InlineData("29.23:59:58", "in 30 days")]
    [InlineData("6.23:59:59", "in 7 days")]
    [InlineData("364.23:59:59", "in 12 months")]
    [InlineData("729.23:59:59", "in 2 years")]
    [InlineData("179.23:59:59", "in 6 months")]
    [InlineData("23:59:59", "in 1 day")]
    [InlineData("00:59:59", "in 1 hour")]
    [InlineData("00:00:20", "in moments")]
    [InlineData("00:00:00", "moments ago")]
    [InlineData("-00:01:59", "1 minute ago")]
    [InlineData("-00:59:59", "59 minutes ago")]
    [InlineData("-1.23:59:59", "1 day ago")]
    [InlineData("-60.00:00:00", "2 months ago")]
    [InlineData("-730.00:00:00", "2 years ago")]
    public void What_lies_ahead_is_rounded_and_what_lies_behind_has_passed(string distance, string expected) =>
        RelativeTime.Of(TimeSpan.Parse(distance, System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(expected);
}
