using Server.Updates.Reports;

namespace Server.Updates.Live;

/// <summary>
/// A running update that somebody watches: looked at twice a second, however many watch, until it ends or nobody does any more.
/// </summary>
internal sealed class LiveUpdate(
    string id,
    string address,
    UpdateStore updates,
    UpdateReports reports,
    LiveFragments fragments,
    ILogger log
)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>Before the next look where one has failed: the database may be away, or the stack deleted.</summary>
    private static readonly TimeSpan Trouble = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, ReportRow> _told = new(StringComparer.Ordinal);
    private readonly HashSet<long> _said = [];
    private LiveFrame _end = new(0, "", IsLast: false);
    private Update? _update;
    private int _batches = -1;

    private SemaphoreSlim Gate { get; } = new(1);

    public int Viewers { get; set; }

    /// <param name="after">What the viewer has seen.</param>
    /// <returns>What the viewer has missed; what follows comes after it.</returns>
    public async Task<(string Missed, LiveFrame Last)> Join(long after, CancellationToken ct)
    {
        await Gate.WaitAsync(ct);
        try
        {
            await Advance(ct);
            var report = await reports.Of(_update!, ct);
            var missed = await fragments.Render(
                _update!,
                address,
                report,
                report.Rows().Where(row => row.LastSequence >= after),
                report.Diagnostics().Where(said => said.Sequence >= after)
            );
            return (missed, _end);
        }
        finally
        {
            Gate.Release();
        }
    }

    public async Task Run(CancellationToken ct)
    {
        for (var pause = Look; !_end.IsLast; )
        {
            await Task.Delay(pause, ct);
            pause = Look;
            await Gate.WaitAsync(ct);
            try
            {
                await Advance(ct);
            }
            catch (Exception trouble) when (!ct.IsCancellationRequested)
            {
                pause = Trouble;
                log.LogWarning(trouble, "Update {Id} could not be looked at; its viewers wait", id);
            }
            finally
            {
                Gate.Release();
            }
        }
    }

    private async Task Advance(CancellationToken ct)
    {
        if (_end.IsLast)
        {
            return;
        }
        var update = await updates.Find(id, ct) ?? throw new InvalidOperationException($"Update {id} is gone.");
        var report = await reports.Of(update, ct);
        if (report.Batches == _batches && update.Status == _update?.Status)
        {
            return;
        }
        (_batches, _update) = (report.Batches, update);
        var rows = report.Rows().Where(row => !ReferenceEquals(_told.GetValueOrDefault(row.Urn), row)).ToList();
        rows.ForEach(row => _told[row.Urn] = row);
        var said = report.Diagnostics().Where(one => _said.Add(one.Sequence)).ToList();
        var data = await fragments.Render(update, address, report, rows, said);
        _end = _end.Append(new(report.Contiguous(), data, update.IsOver));
    }
}
