using Server.Diffs;
using Server.Updates.Events;

namespace Server.Updates.Reports;

/// <summary>
/// What an update has told of itself so far: a row for each resource, and what was said. Batches of events may come in any order, and twice.
/// </summary>
public sealed class UpdateReport : IEventSink
{
    /// <summary>Of what is said; errors always have room.</summary>
    private const int MostDiagnostics = 5_000;

    private const int LongestOperation = 40;

    private readonly Lock _lock = new();
    private readonly HashSet<EventRange> _folded = [];
    private readonly Dictionary<string, ReportRow> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<long, Diagnostic> _diagnostics = [];
    private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);

    /// <summary>As the engine's summary has it; 0 before.</summary>
    public long Duration { get; private set; }

    /// <summary>Things said that there was no room for.</summary>
    public int Dropped { get; private set; }

    /// <summary>The first event's time, for bars.</summary>
    public long FirstSeconds { get; private set; }
    public long LastSeconds { get; private set; }

    /// <summary>How many batches are in it.</summary>
    public int Batches => _folded.Count;

    public int Weight => _rows.Count + _diagnostics.Count;

    public List<ReportRow> Rows()
    {
        lock (_lock)
        {
            return [.. _rows.Values];
        }
    }

    public List<Diagnostic> Diagnostics()
    {
        lock (_lock)
        {
            return [.. _diagnostics.Values.OrderBy(d => d.Sequence)];
        }
    }

    public IEnumerable<EventRange> Unseen(IEnumerable<EventRange> stored)
    {
        lock (_lock)
        {
            return [.. stored.Where(range => !_folded.Contains(range))];
        }
    }

    /// <returns>The stored batches that may hold an event.</returns>
    public IEnumerable<EventRange> Holding(long sequence)
    {
        lock (_lock)
        {
            return [.. _folded.Where(range => range.First <= sequence && sequence <= range.Last)];
        }
    }

    /// <returns>The first sequence number of which it is not certain that it, and all before, has been seen.</returns>
    public long Contiguous()
    {
        lock (_lock)
        {
            var next = 0L;
            foreach (var range in _folded.OrderBy(range => range.First))
            {
                next = range.First <= next ? Math.Max(next, range.Last + 1) : next;
            }
            return next;
        }
    }

    public void Fold(EventRange range, ReadOnlySpan<byte> text)
    {
        lock (_lock)
        {
            if (_folded.Add(range))
            {
                EventReader.Read(text, this);
            }
        }
    }

    void IEventSink.Take(long sequence, long seconds, Told told)
    {
        if (seconds > 0)
        {
            FirstSeconds = FirstSeconds == 0 ? seconds : Math.Min(FirstSeconds, seconds);
            LastSeconds = Math.Max(LastSeconds, seconds);
        }
        switch (told.Kind)
        {
            case EventKind.Begin or EventKind.End or EventKind.Fail:
                Step(sequence, seconds, told);
                break;
            case EventKind.Summary:
                Duration = told.Duration;
                break;
            default:
                Say(sequence, seconds, told);
                break;
        }
    }

    private void Step(long sequence, long seconds, Told told)
    {
        if (told.Urn is not { Length: > 0 } urn)
        {
            return;
        }
        var op = Word(Readable.Short(Operation.Plain(told.Op ?? ""), LongestOperation));
        var row =
            _rows.GetValueOrDefault(urn)
            ?? new()
            {
                Urn = urn,
                Type = Word(told.Type ?? ""),
                Op = op,
            };
        var begins = told.Kind == EventKind.Begin;
        var open = begins ? Math.Max(row.OpenSequence, sequence) : row.OpenSequence;
        var closed = begins ? row.ClosedSequence : Math.Max(row.ClosedSequence, sequence);
        // A refresh tells at its end what it has found, which is another operation.
        var says = Operation.Rank(op) >= Operation.Rank(row.Op);
        var keepsDetail = row.DetailSequence >= 0 && (!says || told.Op == "delete-replaced" || begins && row.ClosedSequence >= 0);
        _rows[urn] = row with
        {
            Op = says ? op : row.Op,
            Failed = row.Failed || told.Kind == EventKind.Fail,
            OpenSequence = open,
            ClosedSequence = closed,
            FirstSequence = Math.Min(row.FirstSequence, sequence),
            DetailSequence = keepsDetail ? row.DetailSequence : sequence,
            Started = begins && (row.Started == 0 || seconds < row.Started) ? seconds : row.Started,
            Ended = begins ? row.Ended : Math.Max(row.Ended, seconds),
        };
    }

    private void Say(long sequence, long seconds, Told told)
    {
        if (told.Ephemeral || string.IsNullOrWhiteSpace(told.Message))
        {
            return;
        }
        var severity = SeverityOf(told);
        if (_diagnostics.Count >= MostDiagnostics * (severity == Severity.Error ? 2 : 1))
        {
            Dropped++;
            return;
        }
        var text = told.Policy is null ? told.Prefix + told.Message : $"{told.Policy}: {told.Message}";
        _diagnostics[sequence] = new(sequence, seconds, severity, told.Urn ?? "", text);
    }

    private static Severity SeverityOf(Told told) =>
        told.Kind switch
        {
            EventKind.Error => Severity.Error,
            EventKind.Policy => told.Level == "mandatory" ? Severity.Error : Severity.Warning,
            _ => told.Severity switch
            {
                "error" => Severity.Error,
                "warning" => Severity.Warning,
                "debug" => Severity.Debug,
                _ => Severity.Info,
            },
        };

    /// <summary>The same few words come ten thousand times.</summary>
    private string Word(string text)
    {
        if (_words.TryGetValue(text, out var known))
        {
            return known;
        }
        _words[text] = text;
        return text;
    }
}
