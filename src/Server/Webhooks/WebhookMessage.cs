using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Server.Webhooks;

/// <summary>What is told of an event: as data for programs, and as a sentence with a link for the people of a chat.</summary>
/// <param name="Kind">What <c>Pulumi-Webhook-Kind</c> says.</param>
/// <param name="Raw">The published body of that kind.</param>
/// <param name="Sentence">For people.</param>
/// <param name="Link">An address of the console; null if there is nothing to see.</param>
public sealed record WebhookMessage(string Kind, JsonObject Raw, string Sentence, string? Link)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string In(string format) =>
        (
            format switch
            {
                WebhookFormat.Slack => Slack(),
                WebhookFormat.Teams => Teams(),
                _ => Raw,
            }
        ).ToJsonString(Plain);

    private JsonObject Slack()
    {
        var text = Escaped(Sentence) + (Link is null ? "" : $" <{Link}|Show>");
        return new()
        {
            ["text"] = text,
            ["blocks"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "section",
                    ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = text },
                }
            ),
        };
    }

    /// <summary>An adaptive card, as workflows of Teams take it.</summary>
    private JsonObject Teams()
    {
        var card = new JsonObject
        {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["type"] = "AdaptiveCard",
            ["version"] = "1.4",
            ["body"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "TextBlock",
                    ["text"] = Sentence,
                    ["wrap"] = true,
                }
            ),
        };
        if (Link is not null)
        {
            card["actions"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "Action.OpenUrl",
                    ["title"] = "Show",
                    ["url"] = Link,
                }
            );
        }
        return new()
        {
            ["type"] = "message",
            ["attachments"] = new JsonArray(
                new JsonObject { ["contentType"] = "application/vnd.microsoft.card.adaptive", ["content"] = card }
            ),
        };
    }

    /// <summary>So that the name of a stack cannot mention everybody or be a link.</summary>
    private static string Escaped(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
}
