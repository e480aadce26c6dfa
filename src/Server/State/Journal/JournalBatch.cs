using System.Buffers;
using System.Text.Json;
using Server.Auth;

namespace Server.State;

/// <summary>What <c>PATCH journalentries</c> takes: <c>{"entries":[…]}</c>.</summary>
public static class JournalBatch
{
    private const string What = "The batch of journal entries";

    /// <summary>Reads the batch through once, and keeps nothing of it.</summary>
    /// <param name="oldResources">
    /// How many resources indices of old ones may refer to: those of the base, or what the check of an earlier batch of this update has returned.
    /// </param>
    /// <returns>The same for later batches. It is larger only after an entry that replaces the base with a larger one.</returns>
    /// <exception cref="ApiException">400, with what is wrong. A batch that passes can be folded.</exception>
    public static int Check(ReadOnlyMemory<byte> batch, int oldResources)
    {
        StateJson.RequireUtf8(batch.Span, What);
        var known = new SequenceIds();
        try
        {
            var highestOld = -1L;
            var entries = new JournalEntryReader(batch.Span);
            while (entries.TryNext(out var entry))
            {
                known.Add(entry.SequenceId, entry.Text);
                highestOld = Math.Max(highestOld, HighestOld(entry));
                if (entry.Kind == JournalKind.Write)
                {
                    oldResources = Math.Max(oldResources, ResourcesOf(entry.NewSnapshot, batch));
                }
            }
            Refusal.Unless(
                highestOld < oldResources,
                $"An entry refers to resource {highestOld} of the state that the update began with, which has {oldResources}; they count from 0."
            );
            known.RequireNoContradiction(batch.Span);
            return oldResources;
        }
        catch (JsonException problem)
        {
            throw StateJson.Malformed(What, problem);
        }
        finally
        {
            known.Release();
        }
    }

    private static long HighestOld(JournalEntry entry) =>
        Math.Max(entry.RemoveOld ?? -1, Math.Max(entry.DeleteOld ?? -1, entry.PendingReplacementOld ?? -1));

    private static int ResourcesOf(TextSpan deployment, ReadOnlyMemory<byte> batch) =>
        Deployment.ReadBare(batch.Slice(deployment.Start, deployment.Length)).Resources.Count;

    /// <summary>The sequence ids of a batch with their entries, in borrowed memory.</summary>
    private ref struct SequenceIds
    {
        private (long Id, TextSpan Text)[] _ids;
        private int _count;

        public SequenceIds() => _ids = ArrayPool<(long, TextSpan)>.Shared.Rent(128);

        public void Add(long id, TextSpan text)
        {
            if (_count == _ids.Length)
            {
                var larger = ArrayPool<(long, TextSpan)>.Shared.Rent(2 * _count);
                _ids.CopyTo(larger, 0);
                Release();
                _ids = larger;
            }
            _ids[_count++] = (id, text);
        }

        public readonly void RequireNoContradiction(ReadOnlySpan<byte> batch)
        {
            var ids = _ids.AsSpan(0, _count);
            ids.Sort(static (x, y) => x.Id.CompareTo(y.Id));
            for (var i = 1; i < ids.Length; i++)
            {
                Refusal.Unless(
                    ids[i - 1].Id != ids[i].Id || ids[i - 1].Text.Of(batch).SequenceEqual(ids[i].Text.Of(batch)),
                    $"Two different entries have the sequenceID {ids[i].Id}."
                );
            }
        }

        public readonly void Release() => ArrayPool<(long, TextSpan)>.Shared.Return(_ids);
    }
}
