using Cli.Config;
using Cli.Config.Yaml;

namespace Cli.Tests.Config;

public sealed class ConfigValueTests
{
    [Theory]
    [InlineData("name", "web:name")]
    [InlineData("aws:region", "aws:region")]
    public void A_key_without_a_namespace_belongs_to_the_project(string text, string key) =>
        ConfigKey.Parse(text, "web").ToString().ShouldBe(key);

    [Theory]
    [InlineData("a:b:c")]
    [InlineData(":b")]
    [InlineData("a:")]
    [InlineData("")]
    public void A_key_with_too_many_colons_or_an_empty_part_is_refused(string text) =>
        Should
            .Throw<UserErrorException>(() => ConfigKey.Parse(text, "web"))
            .Message.ShouldBe(
                $"invalid configuration key: could not parse {text} as a configuration key (configuration keys should be of the form `<namespace>:<name>`)"
            );

    [Theory]
    [InlineData("root", "web:root", "")]
    [InlineData("root.nested", "web:root", "nested")]
    [InlineData("root[\"nested\"]", "web:root", "nested")]
    [InlineData("root[\"double\"].nest", "web:root", "double.nest")]
    [InlineData("root.array[100][1].nested", "web:root", "[100][1].nested", "array")]
    [InlineData("root[\"key with \\\"escaped\\\" quotes\"]", "web:root", "[\"key with \\\"escaped\\\" quotes\"]", null)]
    [InlineData("[\"root key with a .\"][100]", "web:root key with a .", "[100]")]
    [InlineData("[\"parent.name\"].[\"nested.name\"]", "web:parent.name", "[\"nested.name\"]")]
    [InlineData("aws:list[0]", "aws:list", "[0]")]
    [InlineData("hosts[\"a:80\"]", "web:hosts", "a:80")]
    [InlineData("hosts.a:80", "web:hosts", "a:80")]
    public void A_path_leads_into_a_value(string text, string key, string inside, string? first = null)
    {
        var place = ConfigPlace.Parse(text, "web", isPath: true);

        place.Key.ToString().ShouldBe(key);
        PropertyPath.Write([.. place.Inside.Skip(first is null ? 0 : 1)]).ShouldBe(inside);
    }

    [Theory]
    [InlineData(".a", "it begins with a dot")]
    [InlineData("a.", "it ends with a dot")]
    [InlineData("a..b", "a name in it is empty")]
    [InlineData("a[", "a bracket is not closed")]
    [InlineData("a[b]", "'b' is neither an index nor a name in double quotes")]
    [InlineData("a[-1]", "'-1' is neither an index nor a name in double quotes")]
    [InlineData("a[\"b]", "a quote is not closed")]
    [InlineData("", "it is empty")]
    public void A_path_that_is_none_says_why(string text, string reason) =>
        Should
            .Throw<UserErrorException>(() => PropertyPath.Parse(text))
            .Message.ShouldBe($"invalid configuration key path '{text}': {reason}");

    [Theory]
    [InlineData("true", ScalarKind.Boolean)]
    [InlineData("false", ScalarKind.Boolean)]
    [InlineData("True", ScalarKind.String)]
    [InlineData("0", ScalarKind.Integer)]
    [InlineData("-5", ScalarKind.Integer)]
    [InlineData("18446744073709551615", ScalarKind.Integer)]
    [InlineData("18446744073709551616", ScalarKind.String)]
    [InlineData("-9223372036854775808", ScalarKind.Integer)]
    [InlineData("0123", ScalarKind.String)]
    [InlineData("+49301234", ScalarKind.String)]
    [InlineData("1.5", ScalarKind.String)]
    [InlineData("", ScalarKind.String)]
    internal void Inside_of_values_truth_and_whole_numbers_are_recognized(string text, ScalarKind kind)
    {
        ConfigType.Of(text, type: null, isInside: true).ShouldBe(new YamlScalar(text, kind));
        ConfigType.Of(text, type: null, isInside: false).ShouldBe(YamlValue.Of(text));
        ConfigType.Of(text, type: "string", isInside: true).ShouldBe(YamlValue.Of(text));
    }

    [Theory]
    [InlineData("bool", "true", "true")]
    [InlineData("int", "42", "42")]
    [InlineData("float", "1.50", "1.50")]
    [InlineData("float", "3", "3.0")]
    [InlineData("float", "1e3", "1e3")]
    public void A_type_that_is_named_is_taken(string type, string text, string written) =>
        YamlEdit.Set(YamlText.Parse(""), ["a"], ConfigType.Of(text, type, isInside: false)).Text.ShouldBe($"a: {written}\n");

    [Theory]
    [InlineData("bool", "yes", "invalid value 'yes' for type bool: expected true or false")]
    [InlineData("int", "1.5", "invalid value '1.5' for type int: expected a whole number of at most 64 bits")]
    [InlineData("float", "x", "invalid value 'x' for type float: expected a number")]
    [InlineData("number", "1", "unsupported type 'number'; the types are string, bool, int, float")]
    public void A_value_that_is_not_of_its_type_is_refused(string type, string text, string message) =>
        Should.Throw<UserErrorException>(() => ConfigType.Of(text, type, isInside: false)).Message.ShouldBe(message);

    [Theory]
    [InlineData("a: 0x1F", "31")]
    [InlineData("a: 0o17", "15")]
    [InlineData("a: 017", "15")]
    [InlineData("a: -0b11", "-3")]
    [InlineData("a: 1_000", "1000")]
    [InlineData("a: True", "true")]
    [InlineData("a: 1.50", "1.50")]
    [InlineData("a: ~", "")]
    [InlineData("a: {z: 1, b: [true, 'x<y', 1.5, ~, 😀]}", "{\"b\":[true,\"x<y\",1.5,null,\"😀\"],\"z\":1}")]
    public void A_value_is_printed_as_programs_get_it(string yaml, string text) =>
        ConfigValue.Text(YamlText.Parse(yaml).Value.Find(["a"])!).ShouldBe(text);

    [Theory]
    [InlineData("token", "9f8b7c6d5e4f3a2b1c0d", true)]
    [InlineData("dbPassword", "Xk2$mQ9!vLp7", true)]
    [InlineData("apiToken", "v1.0-AbCdEfGhIjKlMnOp", true)]
    [InlineData("password", "password", false)]
    [InlineData("password", "hunter2", false)]
    [InlineData("passwordLength", "16", false)]
    [InlineData("size", "9f8b7c6d5e4f3a2b1c0d", false)]
    [InlineData("token", "", false)]
    public void A_value_looks_like_a_secret_by_its_name_and_by_how_hard_it_is_to_guess(string name, string value, bool expected) =>
        SecretLooks.Like(new ConfigKey("web", name), value).ShouldBe(expected);
}
