using Cli.Config;
using Cli.Config.Yaml;

namespace Cli.Tests.Config;

public sealed class StackConfigTests
{
    [Fact]
    public void Values_come_in_the_order_of_their_keys()
    {
        var config = Parse("config:\n  web:b: 1\n  aws:region: x\n  web:a: 2\n  gcp:config:zone: z\n");

        config.Values.Keys.Select(key => key.ToString()).ShouldBe(["aws:region", "gcp:zone", "web:a", "web:b"]);
    }

    [Fact]
    public void A_key_of_an_old_file_is_changed_where_it_stands()
    {
        var config = Parse("config:\n  aws:config:region: x\n");

        config.Set(new ConfigKey("aws", "region"), YamlValue.Of("eu")).Document.Text.ShouldBe("config:\n  aws:config:region: eu\n");
    }

    [Fact]
    public void Nothing_is_put_inside_of_a_secret()
    {
        var config = Parse("config:\n  web:a:\n    secure: v1:x\n");

        Should
            .Throw<UserErrorException>(() => config.Set(ConfigPlace.Parse("a.b", "web", isPath: true), YamlValue.Of("y")))
            .Message.ShouldBe("'a.b' would be inside of a secret; set the whole value instead, or remove it first");
        config.Remove(ConfigPlace.Parse("a.secure", "web", isPath: true)).Document.Text.ShouldBe(config.Document.Text);
    }

    [Fact]
    public void What_is_no_secret_cannot_be_made_to_look_like_one()
    {
        Should
            .Throw<UserErrorException>(() => Parse("").Set(ConfigPlace.Parse("a.secure", "web", isPath: true), YamlValue.Of("y")))
            .Message.ShouldStartWith("'a.secure' cannot be set: \"secure\" as the only key of a map is reserved for secrets");
    }

    [Fact]
    public void Setting_everything_keeps_the_text_of_what_is_equal()
    {
        var config = Parse("config:\n  web:a: 1 # one\n  web:b: 2 # two\n  web:c: 3\n");

        config
            .SetAll([new(new("web", "b"), YamlValue.Of("x")), new(new("web", "a"), new YamlScalar("1", ScalarKind.Integer))])
            .Document.Text.ShouldBe("config:\n  web:a: 1 # one\n  web:b: x # two\n");
    }

    [Fact]
    public void Environments_are_a_list_of_names()
    {
        var config = Parse("environment: # ours\n  - web/dev\nconfig:\n");

        config.Environments.ShouldBe(["web/dev"]);
        config.SetEnvironments(["web/dev", "web/more"]).Document.Text.ShouldBe("environment: # ours\n  - web/dev\n  - web/more\nconfig:\n");
        config.SetEnvironments([]).Document.Text.ShouldBe("config:\n");
    }

    [Theory]
    [InlineData("config: [a]\n", "the 'config' of a stack's file has to be a map")]
    [InlineData(
        "config:\n  web: 1\n",
        "could not parse web as a configuration key (configuration keys should be of the form `<namespace>:<name>`)"
    )]
    public void A_file_that_is_none_says_why(string text, string message) =>
        Should.Throw<UserErrorException>(() => Parse(text).Values).Message.ShouldBe(message);

    private static StackConfig Parse(string text) => new(YamlText.Parse(text), json: false);
}
