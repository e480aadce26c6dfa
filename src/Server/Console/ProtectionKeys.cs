using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;
using Server.Data;

namespace Server.Console;

/// <summary>
/// Owns <c>protection_keys</c>: the keys that seal forms and flash texts lie in the database, so that they survive a restart and all replicas share
/// them.
/// </summary>
public sealed class ProtectionKeys(Database database, TimeProvider clock) : IXmlRepository, IConfigureOptions<KeyManagementOptions>
{
    public void Configure(KeyManagementOptions options) => options.XmlRepository = this;

    // The framework's interface is synchronous; it asks once a day.
#pragma warning disable VSTHRD002
    public IReadOnlyCollection<XElement> GetAllElements() =>
        [
            .. database
                .Query<string>($"SELECT xml FROM protection_keys ORDER BY id", CancellationToken.None)
                .GetAwaiter()
                .GetResult()
                .Select(XElement.Parse),
        ];

    public void StoreElement(XElement element, string friendlyName) =>
        database
            .Execute(
                $"""
                INSERT INTO protection_keys (id, xml, created_ms)
                VALUES ({Guid.CreateVersion7().ToString()}, {element.ToString(
                    SaveOptions.DisableFormatting
                )}, {clock.GetUtcNow().ToUnixTimeMilliseconds()})
                """,
                CancellationToken.None
            )
            .GetAwaiter()
            .GetResult();
#pragma warning restore VSTHRD002
}
