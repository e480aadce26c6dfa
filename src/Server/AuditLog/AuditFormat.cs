using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Server.AuditLog;

/// <summary>How events are written for other programs: one line each.</summary>
public abstract class AuditFormat
{
    public static readonly AuditFormat Csv = new CsvFormat();
    public static readonly AuditFormat Cef = new CefFormat();
    public static readonly AuditFormat JsonLines = new JsonLinesFormat();

    public static readonly IReadOnlyList<string> Names = ["csv", "cef", "jsonl"];

    /// <returns>Null if there is no such format.</returns>
    public static AuditFormat? Of(string? name) =>
        name switch
        {
            null or "" or "csv" => Csv,
            "cef" => Cef,
            "jsonl" => JsonLines,
            _ => null,
        };

    public virtual string Header => "";

    public abstract string Line(AuditLogRow row, AuditSource source);

    protected static DateTime Time(AuditLogRow row) => DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedMs).UtcDateTime;

    private sealed class CsvFormat : AuditFormat
    {
        public override string Header =>
            "Timestamp,Name,Login,Event,Description,SourceIP,RequireOrgAdmin,RequireStackAdmin,AuthenticationFailure\n";

        public override string Line(AuditLogRow row, AuditSource source)
        {
            string[] cells =
            [
                Time(row).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                row.Name,
                row.Login,
                AuditEventTypes.DisplayName(row.Event),
                row.Description,
                row.Address,
                "false",
                "false",
                AuditEventTypes.IsFailure(row.Event) ? "true" : "false",
            ];
            return string.Join(',', cells.Select(Quote)) + "\n";
        }

        /// <summary>Spreadsheets take a text that begins like a formula for one.</summary>
        private static string Quote(string cell)
        {
            var text = cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + cell : cell;
            return text.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
        }
    }

    /// <summary>ArcSight's Common Event Format, version 0, after the head of a line of syslog.</summary>
    private sealed class CefFormat : AuditFormat
    {
        public override string Line(AuditLogRow row, AuditSource source)
        {
            var failure = AuditEventTypes.IsFailure(row.Event);
            var time = Time(row).ToString("MMM dd HH:mm:ss", CultureInfo.InvariantCulture);
            var text = new StringBuilder($"{time} {source.Host} CEF:0|Holdfast|Holdfast|{Head(source.Version)}|{Head(row.Event)}|");
            text.Append(CultureInfo.InvariantCulture, $"{Head(AuditEventTypes.DisplayName(row.Event))}|{(failure ? 7 : 3)}|");
            (string Name, string Value)[] extension =
            [
                ("dvchost", source.Host),
                ("rt", row.CreatedMs.ToString(CultureInfo.InvariantCulture)),
                ("src", row.Address),
                ("suser", row.Login),
                ("msg", row.Description),
                ("externalId", row.Id),
                ("orgID", source.OrganizationId),
                ("userID", row.AccountId),
                ("requireOrgAdmin", "false"),
                ("requireStackAdmin", "false"),
                ("authenticationFailure", failure ? "true" : "false"),
            ];
            return text.AppendJoin(' ', extension.Select(e => $"{e.Name}={Extension(e.Value)}")).Append('\n').ToString();
        }

        private static string Head(string text) =>
            OneLine(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);

        private static string Extension(string text) =>
            OneLine(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal);

        private static string OneLine(string text) =>
            text.Replace("\r", " ", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal);
    }

    private sealed class JsonLinesFormat : AuditFormat
    {
        private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Default };

        public override string Line(AuditLogRow row, AuditSource source)
        {
            using var bytes = new MemoryStream();
            using (var json = new Utf8JsonWriter(bytes, Options))
            {
                json.WriteStartObject();
                json.WriteString("timestamp", Time(row).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
                json.WriteString("organization", source.Organization);
                json.WriteNumber("ordinal", row.Ordinal);
                (string Name, string? Value)[] texts =
                [
                    ("id", row.Id),
                    ("event", row.Event),
                    ("displayName", AuditEventTypes.DisplayName(row.Event)),
                    ("category", AuditEventTypes.Category(row.Event)),
                    ("description", row.Description),
                    ("user", row.Login),
                    ("userID", row.AccountId),
                    ("tokenID", row.TokenId),
                    ("tokenName", row.TokenName),
                    ("stackID", row.StackId),
                    ("sourceIP", row.Address),
                    ("hash", Convert.ToHexStringLower(row.Hash)),
                ];
                foreach (var (name, value) in texts.Where(t => t.Value is not null))
                {
                    json.WriteString(name, value);
                }
                json.WriteEndObject();
            }
            return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) + "\n";
        }
    }
}

/// <summary>Whose events are written, and by which server.</summary>
public sealed record AuditSource(string OrganizationId, string Organization, string Host, string Version);
