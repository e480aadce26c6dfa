using System.Text.Json;
using Server.Auth;

namespace Server.State;

/// <summary>What the bodies of checkpoints have around their states.</summary>
internal static class CheckpointBody
{
    /// <returns>Where the value of a member begins that is an object; -1 if there is no such member.</returns>
    /// <exception cref="ApiException">400</exception>
    public static int StartOf(ReadOnlyMemory<byte> body, ReadOnlySpan<byte> member)
    {
        try
        {
            var reader = StateJson.Reader(body.Span);
            reader.Read();
            Refusal.Unless(reader.TokenType == JsonTokenType.StartObject, Checkpoint.What + " is not a JSON object.");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isIt = reader.Reads(member);
                reader.Read();
                if (isIt && reader.TokenType == JsonTokenType.StartObject)
                {
                    return (int)reader.TokenStartIndex;
                }
                reader.Skip();
            }
            return -1;
        }
        catch (JsonException problem)
        {
            throw StateJson.Malformed(Checkpoint.What, problem);
        }
    }

    /// <exception cref="ApiException">400</exception>
    public static List<Member> Members(ReadOnlyMemory<byte> body)
    {
        StateJson.RequireUtf8(body.Span, Checkpoint.What);
        try
        {
            var reader = StateJson.Reader(body.Span);
            reader.Read();
            Refusal.Unless(reader.TokenType == JsonTokenType.StartObject, Checkpoint.What + " is not a JSON object.");
            reader.Skip();
            while (reader.Read()) { } // nothing may follow
            return Member.Of(body);
        }
        catch (JsonException problem)
        {
            throw StateJson.Malformed(Checkpoint.What, problem);
        }
    }

    /// <exception cref="ApiException">400</exception>
    public static long SequenceNumber(List<Member> members) =>
        Number(members.Find(m => m.Name == "sequenceNumber").Value, Checkpoint.What + " has no sequenceNumber.");

    /// <exception cref="ApiException">400, with the complaint: it is not a natural number that fits.</exception>
    public static long Number(ReadOnlyMemory<byte> value, string complaint)
    {
        Refusal.Unless(value.Length is > 0 and < 18 && value.Span.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0, complaint);
        return long.Parse(value.Span);
    }

    /// <returns>The text itself if it has no such member.</returns>
    public static ReadOnlyMemory<byte> WithoutMember(ReadOnlyMemory<byte> text, Deployment deployment, string name)
    {
        if (!deployment.Envelope.Exists(m => m.Name == name))
        {
            return text;
        }
        using var result = new MemoryStream(text.Length);
        result.Write("{\"version\":"u8);
        result.Write(System.Text.Encoding.ASCII.GetBytes($"{deployment.Version}"));
        if (deployment.Features.Count > 0)
        {
            result.Write(",\"features\":["u8);
            result.Write(System.Text.Encoding.UTF8.GetBytes(string.Join(',', deployment.Features.Select(Quoted))));
            result.Write("]"u8);
        }
        foreach (var (other, value) in deployment.Envelope.Where(m => m.Name != name))
        {
            result.Write([.. ","u8, .. StateJson.Quote(other), .. ":"u8, .. value.Span]);
        }
        result.Write(",\"deployment\":"u8);
        result.Write(deployment.Text.Span);
        result.Write("}"u8);
        return result.GetBuffer().AsMemory(0, (int)result.Length);
    }

    private static string Quoted(string text) => System.Text.Encoding.UTF8.GetString(StateJson.Quote(text));
}
