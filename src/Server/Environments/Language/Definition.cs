using Server.Auth;
using Wire;

namespace Server.Environments.Language;

/// <summary>An environment that a definition imports.</summary>
/// <param name="Reference">As it is written: <c>project/name</c>, also with <c>@version</c>.</param>
/// <param name="Merge">False: it can be referred to, but is no part of the result.</param>
public sealed record Import(string Reference, bool Merge, SourceRange Range);

/// <summary>The definition of an environment, as far as its own text tells.</summary>
public sealed record Definition(
    SourceText Source,
    string Description,
    IReadOnlyList<Import> Imports,
    ObjectExpression Values,
    IReadOnlyList<SecretExpression> Secrets,
    IReadOnlyList<CallExpression> Calls,
    IReadOnlyList<Expression> References,
    Diagnostics Diagnostics
)
{
    public const int LongestText = 1024 * 1024;

    /// <param name="environment"><c>project/name</c></param>
    /// <exception cref="ApiException">It is too long to be looked at.</exception>
    public static Definition Parse(string environment, string text)
    {
        if (text.Length > LongestText)
        {
            throw new ApiException(413, $"Payload Too Large: A definition has at most {LongestText} characters.");
        }
        return new DefinitionParser(new(environment, text)).Parse();
    }
}
