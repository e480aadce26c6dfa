namespace Wire;

/// <summary>
/// GET /.well-known/oauth-authorization-server (RFC 8414): how a command line may log in. Read it from the address that people give to
/// <c>pulumi login</c>; <paramref name="Issuer"/> must be that address.
/// </summary>
/// <param name="DeviceAuthorizationEndpoint">Absent where no device may log in.</param>
public sealed record OAuthMetadata(
    string Issuer,
    string AuthorizationEndpoint,
    string TokenEndpoint,
    string? DeviceAuthorizationEndpoint,
    string RevocationEndpoint,
    string IntrospectionEndpoint,
    IReadOnlyList<string> ResponseTypesSupported,
    IReadOnlyList<string> GrantTypesSupported,
    IReadOnlyList<string> CodeChallengeMethodsSupported,
    IReadOnlyList<string> TokenEndpointAuthMethodsSupported,
    bool AuthorizationResponseIssParameterSupported
);

/// <summary>POST /api/oauth/device (RFC 8628, 3.2). Times are seconds.</summary>
public sealed record DeviceAuthorization(
    string DeviceCode,
    string UserCode,
    string VerificationUri,
    string VerificationUriComplete,
    long ExpiresIn,
    long Interval
);

/// <summary>POST /api/oauth/introspect, after RFC 7662: one's own token only; anything else is not active. Times are Unix seconds.</summary>
public sealed record TokenIntrospection(bool Active)
{
    public string? Username { get; init; }
    public string? TokenType { get; init; }

    /// <summary>Absent: never.</summary>
    public long? Exp { get; init; }
    public long? Iat { get; init; }
}

/// <summary>POST /api/oauth/token, for a token exchange (RFC 8693), a login or a refresh.</summary>
/// <param name="ExpiresIn">Seconds.</param>
/// <param name="RefreshToken">Absent: the one that the client holds stays good.</param>
public sealed record TokenGrant(
    string AccessToken,
    string IssuedTokenType,
    string TokenType,
    long ExpiresIn,
    string Scope,
    string? RefreshToken = null
);

/// <summary>The body of a refused OAuth request (RFC 6749, 5.2), with what every error here has.</summary>
public sealed record TokenGrantError(string Error, string? ErrorDescription = null)
{
    public int Code { get; init; }
    public string? Message { get; init; }
}
