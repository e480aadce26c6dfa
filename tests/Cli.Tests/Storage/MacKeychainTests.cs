using System.Text;
using Cli.Storage;

namespace Cli.Tests.Storage;

/// <summary>Against a program that keeps one item as <c>security</c> does: exit code 44 where there is none, commands of <c>-i</c> on standard input.</summary>
public sealed class MacKeychainTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keychain-");

    private string Program => Path.Combine(_folder.FullName, "security");
    private string Item => Path.Combine(_folder.FullName, "item");
    private string Calls => Path.Combine(_folder.FullName, "calls");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_key_is_made_once_and_lies_where_the_stock_CLI_looks_for_it()
    {
        Install(
            """
            echo "$@" >> calls
            case "$1" in
              find-generic-password) if [ -f item ]; then cat item; else exit 44; fi ;;
              -i) sed -n "s/^add-generic-password -s 'Pulumi CLI' -a 'credentials-key' -w '\(.*\)'$/\1/p" > item ;;
            esac
            """
        );
        new MacKeychain(Program).Find().ShouldBeNull();

        var key = new MacKeychain(Program).FindOrMake();

        new MacKeychain(Program).FindOrMake().ShouldBe(key);
        var text = File.ReadAllText(Item).Trim();
        text.ShouldStartWith("go-keyring-base64:");
        Encoding
            .UTF8.GetString(Convert.FromBase64String(text["go-keyring-base64:".Length..]))
            .ShouldBe("pulumi-securestore-v1:raw:" + Convert.ToBase64String(key));
        var calls = File.ReadAllLines(Calls);
        calls.ShouldContain("find-generic-password -s Pulumi CLI -a credentials-key -w");
        calls.Count(call => call == "-i").ShouldBe(1);
        calls.ShouldAllBe(call => !call.Contains("base64")); // which others could read
    }

    [Fact]
    public void A_key_as_plain_text_is_read_too()
    {
        var key = KeyText.Make();
        Install($"echo {KeyText.Of(key)}");
        new MacKeychain(Program).Find().ShouldBe(key);
    }

    [Theory]
    [InlineData("exit 36", "it is locked")]
    [InlineData("echo 'no such keychain' >&2; exit 50", "`security` says: no such keychain")]
    [InlineData("echo nonsense", "what it has is not a key of this program")]
    public void A_keychain_that_gives_no_key_says_why(string script, string reason)
    {
        Install(script);
        foreach (var ask in new Func<object?>[] { new MacKeychain(Program).Find, new MacKeychain(Program).FindOrMake })
        {
            Should
                .Throw<KeyStoreException>(ask)
                .ShouldSatisfyAllConditions(f => f.Message.ShouldBe(reason), f => f.IsAbsent.ShouldBeFalse());
        }
    }

    [Fact]
    public void A_keychain_that_keeps_nothing_is_not_relied_on()
    {
        Install("[ \"$1\" = -i ] || exit 44");
        Should.Throw<KeyStoreException>(new MacKeychain(Program).FindOrMake).Message.ShouldBe("it did not keep the key");
    }

    [Fact]
    public void A_machine_without_the_program_has_no_keychain() =>
        Should.Throw<KeyStoreException>(new MacKeychain(Program).Find).IsAbsent.ShouldBeTrue();

    private void Install(string script)
    {
        File.WriteAllText(Program, $"#!/bin/sh\ncd '{_folder.FullName}'\n{script}\n");
        File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
