using System.Security.Cryptography;
using Server.Auth;
using Server.State;

namespace Server.Updates.Checkpoints;

/// <summary>Takes the saves of updates that send checkpoints.</summary>
public sealed class CheckpointSaving(UpdateLog log, UpdateStore updates, CheckpointTexts texts, TimeProvider clock)
{
    /// <summary>
    /// Below so many bytes the client sends its whole state. A delta spares packing, sending and unpacking, some 30 ns for a byte, and costs some tens of
    /// microseconds for comparing.
    /// </summary>
    public const int CutOff = 16 * 1024;

    private const string Does = "save checkpoints";

    public async Task Full(string id, Lease lease, SavedBody body, CancellationToken ct)
    {
        Checkpoint.ReadFull(body.Text);
        _ =
            await log.AppendCheckpoint(id, lease, LogKind.Checkpoint, sequence: null, body.Stored, ct)
            ?? throw await updates.Refused(id, lease, Does, journal: false, ct);
        texts.Forget(id);
    }

    /// <summary>Any number is taken: the first, the next, that of a delta which has failed, or one that follows a loss here.</summary>
    public async Task Verbatim(string id, Lease lease, SavedBody body, CancellationToken ct)
    {
        var checkpoint = Checkpoint.ReadVerbatim(body.Text);
        var ordinal =
            await log.AppendCheckpoint(id, lease, LogKind.Verbatim, checkpoint.SequenceNumber, body.Stored, ct)
            ?? throw await updates.Refused(id, lease, Does, journal: false, ct);
        var deltaMayFollow = checkpoint.Text.Length >= CutOff;
        await texts.Replace(id, checkpoint.SequenceNumber, ordinal, deltaMayFollow ? checkpoint.Text : null, CancellationToken.None);
    }

    public Task Delta(string id, Lease lease, SavedBody body, CancellationToken ct)
    {
        var save = new DeltaSave(id, lease, Checkpoint.ReadDelta(body.Text), body.Stored);
        return texts.Use(
            id,
            async text =>
            {
                if (!await TryCached(save, text, ct))
                {
                    await texts.Load(id, text, ct);
                    await FromStore(save, text, ct);
                }
                return true;
            },
            ct
        );
    }

    /// <returns>False if the text at hand may be an old one.</returns>
    private async Task<bool> TryCached(DeltaSave save, DeltaBase text, CancellationToken ct)
    {
        try
        {
            return await Apply(save, text, ct);
        }
        catch (ApiException)
        {
            return false;
        }
    }

    private async Task FromStore(DeltaSave save, DeltaBase text, CancellationToken ct)
    {
        ApiException? problem = null;
        try
        {
            if (await Apply(save, text, ct))
            {
                return;
            }
        }
        catch (ApiException bad)
        {
            problem = bad;
        }
        // Whoever has no right to write is told that, and not what is wrong with the write.
        throw Refusal.OfWrite(await updates.Find(save.UpdateId, ct), save.Lease, Does, journal: false, clock)
            ?? problem
            ?? Refusal.Changed();
    }

    /// <returns>False if the store refuses: the lease is not good, or something else was saved since.</returns>
    /// <exception cref="ApiException">400: it does not follow the text.</exception>
    private async Task<bool> Apply(DeltaSave save, DeltaBase text, CancellationToken ct)
    {
        var delta = save.Delta;
        if (text.Ordinal == 0)
        {
            throw ApiException.BadRequest("There is no saved text that a delta could change; send a verbatim checkpoint.");
        }
        if (delta.SequenceNumber == text.Sequence) // its answer was lost
        {
            return Hash(text.Text) == delta.Hash
                ? await updates.Holds(save.UpdateId, save.Lease, ct)
                : throw ApiException.BadRequest($"Save {delta.SequenceNumber} was another one; send a verbatim checkpoint.");
        }
        if (delta.SequenceNumber != text.Sequence + 1)
        {
            throw ApiException.BadRequest($"Save {delta.SequenceNumber} does not follow save {text.Sequence}; send a verbatim checkpoint.");
        }
        var result = Checkpoint.Apply(text.Text, delta);
        if (await log.AppendDelta(save.UpdateId, save.Lease, delta.SequenceNumber, text.Ordinal, save.Stored, ct) is not { } ordinal)
        {
            result.Dispose();
            return false;
        }
        text.Set(result, delta.SequenceNumber, ordinal);
        return true;
    }

    private static string Hash(ReadOnlyMemory<byte> text) => Convert.ToHexStringLower(SHA256.HashData(text.Span));

    private sealed record DeltaSave(string UpdateId, Lease Lease, CheckpointDelta Delta, byte[] Stored);
}
