using System.CommandLine;
using System.Globalization;
using Server.Audit;
using Server.Serve;
using Server.Settings;

namespace Server.AuditLog;

/// <summary><c>holdfast audit verify</c>, while the server runs or not.</summary>
public static class AuditVerifyCommand
{
    public static Command Create()
    {
        var anchors = new Option<FileInfo?>("--anchors")
        {
            Description =
                "A file with the ends of the logs as they were last time: compared with, and brought up to date where all is well. "
                + "Kept on another machine, it shows that events were cut off at the end",
        };
        var command = new Command("verify", "Prove that no event of the audit log was changed, moved, added or deleted") { anchors };
        var options = SettingOptions.AddTo(command, Setting.OfStore);
        command.SetAction((parsed, ct) => Run(options.Read(parsed), parsed.GetValue(anchors)?.FullName, ct));
        return command;
    }

    private static async Task<int> Run(SettingValues values, string? anchorFile, CancellationToken ct)
    {
        await using var services = StoreServices.Open(values);
        var verification = services.GetRequiredService<AuditVerification>();
        var before = anchorFile is null ? [] : await Anchors(anchorFile, ct);
        var ends = new List<AuditAnchor>();
        var broken = 0;
        foreach (var id in (await verification.Organizations(ct)).Union(before.Keys))
        {
            var finding = await verification.Verify(id, before.GetValueOrDefault(id), ct);
            if (finding.End is { } end)
            {
                ends.Add(end);
                await System.Console.Out.WriteLineAsync($"{finding.Organization}: {finding.Events} events, whole. {Line(end)}");
            }
            else
            {
                broken++;
                await System.Console.Out.WriteLineAsync($"{finding.Organization}: BROKEN. {finding.Problem}");
            }
        }
        if (broken > 0)
        {
            await System.Console.Error.WriteLineAsync($"holdfast: {broken} audit logs are not what was written.");
            return 1;
        }
        if (anchorFile is not null)
        {
            await File.WriteAllLinesAsync(anchorFile, ends.Select(Line), ct);
        }
        return 0;
    }

    private static string Line(AuditAnchor end) =>
        string.Create(CultureInfo.InvariantCulture, $"{end.OrganizationId} {end.Ordinal} {Convert.ToHexStringLower(end.Hash)}");

    private static async Task<Dictionary<string, AuditAnchor>> Anchors(string file, CancellationToken ct)
    {
        if (!File.Exists(file))
        {
            return [];
        }
        try
        {
            return (await File.ReadAllLinesAsync(file, ct))
                .Where(line => line.Length > 0)
                .Select(line => line.Split(' '))
                .Select(parts => new AuditAnchor
                {
                    OrganizationId = parts[0],
                    Ordinal = long.Parse(parts[1], CultureInfo.InvariantCulture),
                    Hash = Convert.FromHexString(parts[2]),
                })
                .ToDictionary(anchor => anchor.OrganizationId, StringComparer.Ordinal);
        }
        catch (Exception odd) when (odd is FormatException or IndexOutOfRangeException or OverflowException or ArgumentException)
        {
            throw new SettingsException($"--anchors: '{file}' is not a file that `holdfast audit verify` has written.");
        }
    }
}
