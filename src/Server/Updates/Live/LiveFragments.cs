using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Server.Updates.Pages;
using Server.Updates.Reports;

namespace Server.Updates.Live;

/// <summary>Renders what has changed in an update with the components of its page.</summary>
internal sealed class LiveFragments(IServiceProvider services, ILoggerFactory log)
{
    /// <summary>Of rows, and of messages, at once. A page shows no more; its counts tell the rest.</summary>
    private const int Most = 50;

    /// <param name="changed">Rows that have changed since the last time.</param>
    /// <param name="said">What was said since.</param>
    public async Task<string> Render(
        Update update,
        string address,
        UpdateReport report,
        IEnumerable<ReportRow> changed,
        IEnumerable<Diagnostic> said
    )
    {
        await using var renderer = new HtmlRenderer(services, log);
        var (rows, all) = (report.Rows(), report.Diagnostics());
        var fresh = changed.ToLookup(row => row.IsChange);
        var change = new LiveChange
        {
            Result = update.Result(),
            ResultClass = update.ResultClass(),
            Messages = all.Count,
            Counts = await Html<UpdateCounts>(renderer, (nameof(UpdateCounts.Update), update), (nameof(UpdateCounts.Rows), rows)),
            Errors = await Html<Errors>(renderer, (nameof(Errors.Said), all), (nameof(Errors.Address), address)),
            Rows = await Each(
                fresh[true].OrderBy(ChangeOrder.Rank).ThenByDescending(r => r.LastSequence).Take(Most),
                row =>
                    Html<ChangeRow>(
                        renderer,
                        (nameof(ChangeRow.Update), update),
                        (nameof(ChangeRow.Row), row),
                        (nameof(ChangeRow.Address), address)
                    )
            ),
            Gone = [.. fresh[false].Select(row => "r-" + row.Key)],
            Said = await Each(
                said.TakeLast(Most),
                one => Html<Messages>(renderer, (nameof(Messages.Of), new[] { one }), (nameof(Messages.WithIds), true))
            ),
        };
        return JsonSerializer.Serialize(change, LiveJson.Default.LiveChange);
    }

    private static async Task<List<string>> Each<T>(IEnumerable<T> items, Func<T, Task<string>> render)
    {
        var html = new List<string>();
        foreach (var item in items)
        {
            html.Add(await render(item));
        }
        return html;
    }

    private static Task<string> Html<T>(HtmlRenderer renderer, params (string Name, object? Value)[] parameters)
        where T : IComponent =>
        renderer.Dispatcher.InvokeAsync(async () =>
        {
            var values = ParameterView.FromDictionary(parameters.ToDictionary(p => p.Name, p => p.Value));
            return (await renderer.RenderComponentAsync<T>(values)).ToHtmlString();
        });
}
