namespace Wire;

/// <summary>
/// The body of every answer of 400 and above. Clients act on <see cref="Code"/>, not on the HTTP status; a body without it
/// switches off their handling of "not found" and "conflict".
/// </summary>
public sealed record ErrorResponse(int Code, string Message)
{
    public IReadOnlyList<RequestError>? Errors { get; init; }
    public string? DocumentationUrl { get; init; }
}

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Resource">What the request is about, for instance <c>access token</c>.</param>
/// <param name="ErrorType"><c>not_found</c>, <c>required</c>, <c>invalid</c>, <c>already_exists</c>, <c>custom</c>,
/// <c>saml_reauth_required</c> or <c>saml_login_required</c> (the last two with the organization as attribute).</param>
public sealed record RequestError(string Resource, string ErrorType)
{
    public string? Attribute { get; init; }
    public string? CustomMessage { get; init; }
}
