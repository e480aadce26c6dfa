using System.Text;
using Server.Http;

namespace Server.Updates;

/// <summary>Where a request came from, for people to read: <c>10.0.0.7 (v3.260.0; linux; cmd=up)</c>.</summary>
public static class Client
{
    private const int Longest = 200;

    public static string Of(HttpContext http)
    {
        var agent = http.Request.Headers.UserAgent.ToString();
        var detail = agent.IndexOf('(', StringComparison.Ordinal) is var at and >= 0 ? agent[at..] : agent;
        var text = new StringBuilder(http.ClientAddress());
        foreach (var c in detail.Length > 0 ? " " + detail : "")
        {
            text.Append(char.IsControl(c) ? ' ' : c);
        }
        return text.Length > Longest ? text.ToString(0, Longest) : text.ToString();
    }
}
