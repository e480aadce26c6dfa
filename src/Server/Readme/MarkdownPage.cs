using Markdig;
using Markdig.Extensions.AutoLinks;
using Markdig.Extensions.Tables;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Server.Readme;

/// <summary>
/// Markdown of somebody else as HTML of ours: no markup in it is taken over, links lead only to web pages and mail, and pictures, which a page here may
/// not load from elsewhere, become links.
/// </summary>
public static class MarkdownPage
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseEmphasisExtras()
        .UseAutoLinks(new AutoLinkOptions { ValidPreviousCharacters = "*_~(" })
        .DisableHtml()
        .Build();

    public static string Html(string markdown)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            var url = link.GetDynamicUrl?.Invoke() ?? link.Url;
            if (!Allowed(url))
            {
                link.ReplaceBy(new ContainerInline(), copyChildren: true);
                continue;
            }
            (link.Url, link.GetDynamicUrl, link.IsImage) = (url, null, false);
            link.GetAttributes().AddPropertyIfNotExist("rel", "noopener noreferrer nofollow");
        }
        foreach (var link in document.Descendants<AutolinkInline>().Where(l => !l.IsEmail && !Allowed(l.Url)).ToList())
        {
            link.ReplaceBy(new LiteralInline(link.Url));
        }
        foreach (var heading in document.Descendants<HeadingBlock>())
        {
            heading.Level = Math.Min(heading.Level + 1, 6); // the page's own comes first
        }
        foreach (var column in document.Descendants<Table>().SelectMany(t => t.ColumnDefinitions))
        {
            column.Alignment = null; // it would become a style, which no page may have in its markup
        }
        return document.ToHtml(Pipeline);
    }

    private static bool Allowed(string? url) =>
        url is { Length: > 0 }
        && (url[0] == '#' || Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" or "mailto");
}
