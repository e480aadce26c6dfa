using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Server.State;

namespace Server.Resources;

/// <summary>
/// Writes resources as the published API has them, out of the text of a state: members are copied as they stand there, those that are null are left
/// out, and those that must be there are added.
/// </summary>
internal sealed class ResourceAnswer(PipeWriter body)
{
    private const int FlushAt = 64 * 1024;

    private int _waiting;
    private bool _hasResource;

    public void Write(ReadOnlySpan<byte> text)
    {
        body.Write(text);
        _waiting += text.Length;
    }

    public async Task WriteList(long version, ReadOnlyMemory<byte> state, CancellationToken ct)
    {
        Begin(version);
        Write("\"resources\":["u8);
        foreach (var resource in Resources(state))
        {
            Write(_hasResource ? ","u8 : ""u8);
            _hasResource = true;
            Info(resource);
            if (_waiting > FlushAt)
            {
                await body.FlushAsync(ct);
                _waiting = 0;
            }
        }
        Write("]}"u8);
    }

    public void WriteOne(long version, Resource resource)
    {
        Begin(version);
        Write("\"resource\":"u8);
        Info(resource);
        Write("}"u8);
    }

    public static List<Resource> Resources(ReadOnlyMemory<byte> state) => Deployment.Read(state).Resources;

    private void Begin(long version)
    {
        Write("{\"region\":\"\",\"version\":"u8);
        Write(JsonSerializer.SerializeToUtf8Bytes(version, Wire.WireJson.Default.Int64));
        Write(","u8);
    }

    private void Info(Resource resource)
    {
        Write("{\"resource\":{"u8);
        Write(resource.Facts.Custom ? "\"custom\":true"u8 : "\"custom\":false"u8);
        Write(resource.Facts.Delete ? ",\"delete\":true"u8 : ",\"delete\":false"u8);
        Write(",\"dependencies\":"u8);
        Write(resource.Facts.Dependencies.IsEmpty ? "[]"u8 : resource.Facts.Dependencies.Of(resource.Text.Span));
        foreach (var member in Member.Of(resource.Text))
        {
            if (member.Name is not ("custom" or "delete" or "dependencies") && !member.Value.Span.SequenceEqual("null"u8))
            {
                Write(","u8);
                Write(StateJson.Quote(member.Name));
                Write(":"u8);
                Write(member.Value.Span);
            }
        }
        Write("}}"u8);
    }
}
