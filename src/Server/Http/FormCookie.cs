namespace Server.Http;

/// <summary>
/// The cookie beside the hidden field of each form. On https its name has the prefix with which browsers take it from this very host only: another host
/// of the domain could otherwise give a browser one of its own, to go with a form of its own.
/// </summary>
public sealed class FormCookie(IHttpContextAccessor requests) : CookieBuilder
{
    public override string? Name
    {
        get => requests.HttpContext is { Request.IsHttps: true } ? "__Host-holdfast-form" : "holdfast-form";
        set { }
    }
}
