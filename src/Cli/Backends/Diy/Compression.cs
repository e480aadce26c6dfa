using System.IO.Compression;

namespace Cli.Backends.Diy;

/// <summary>The endings of compressed files, and what is behind them.</summary>
internal static class Compression
{
    public const string Gzip = ".gz";
    public const string Zstd = ".zst";

    public static readonly string[] Endings = ["", Gzip, Zstd];

    /// <summary>What the environment wants for new files.</summary>
    public static string Wanted(Machine machine)
    {
        var gzip = machine.IsOn("PULUMI_DIY_BACKEND_GZIP") || machine.IsOn("PULUMI_SELF_MANAGED_STATE_GZIP");
        var zstd = machine.IsOn("PULUMI_DIY_BACKEND_ZSTD") || machine.IsOn("PULUMI_SELF_MANAGED_STATE_ZSTD");
        return (gzip, zstd) switch
        {
            (true, true) => throw new UserErrorException("DIY_BACKEND_GZIP and DIY_BACKEND_ZSTD cannot both be enabled"),
            (true, _) => Gzip,
            (_, true) => Zstd,
            _ => "",
        };
    }

    public static string Of(string key) =>
        key.EndsWith(Gzip, StringComparison.Ordinal) ? Gzip
        : key.EndsWith(Zstd, StringComparison.Ordinal) ? Zstd
        : "";

    public static string Strip(string key) => key[..^Of(key).Length];

    public static byte[] Pack(string ending, ReadOnlyMemory<byte> content)
    {
        switch (ending)
        {
            case Gzip:
                using (var packed = new MemoryStream())
                {
                    using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
                    {
                        gzip.Write(content.Span);
                    }
                    return packed.ToArray();
                }
            case Zstd:
                using (var compressor = new ZstdSharp.Compressor())
                {
                    return compressor.Wrap(content.Span).ToArray();
                }
            default:
                return content.ToArray();
        }
    }

    public static byte[] Unpack(string key, byte[] content)
    {
        try
        {
            switch (Of(key))
            {
                case Gzip:
                    using (var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress))
                    {
                        return ReadAll(gzip);
                    }
                case Zstd:
                    using (var zstd = new ZstdSharp.DecompressionStream(new MemoryStream(content)))
                    {
                        return ReadAll(zstd);
                    }
                default:
                    return content;
            }
        }
        catch (Exception problem) when (problem is InvalidDataException or EndOfStreamException or ZstdSharp.ZstdException)
        {
            throw new UserErrorException($"could not decompress '{key}': {problem.Message}");
        }
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }
}
