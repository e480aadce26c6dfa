using Server.Accounts;

namespace Server.Tests.Accounts;

public class GuessablePasswordTests
{
    private static readonly string[] Context = ["holdfast", "pulumi", "ann-lee", "ann", "lee", "Ann", "Lee", "ann", "example", "com"];

    [Theory]
    [InlineData("password123")]
    [InlineData("P@ssw0rd2026!")]
    [InlineData("passwordpassword")]
    [InlineData("1234567890")]
    [InlineData("qwertyuiop")]
    [InlineData("Qwertz!2345")]
    [InlineData("1qaz2wsx3edc")]
    [InlineData("iloveyou!!1")]
    [InlineData("Summer2026!!")]
    [InlineData("monkeydragon")]
    [InlineData("Holdfast2026")]
    [InlineData("pulumi-pulumi")]
    [InlineData("Ann-Lee-2026")]
    [InlineData("AnnLee99999")]
    [InlineData("ex4mple!2026")]
    [InlineData("adminadmin1")]
    [InlineData("liverpool#1892")]
    public void What_is_tried_first_is_known(string password) => GuessablePassword.Is(password, Context).ShouldBeTrue();

    [Theory]
    [InlineData("correct horse battery")]
    [InlineData("blue house on friday")]
    [InlineData("kX9#vQ2!mZp")]
    [InlineData("tr-umpet-otter-34")]
    [InlineData("vier kleine Ziegen")]
    [InlineData("пароль от сейфа")]
    public void What_is_not_is_taken(string password) => GuessablePassword.Is(password, Context).ShouldBeFalse();
}
