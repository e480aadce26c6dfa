using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.StaticFiles;

namespace Server.Console;

/// <summary>
/// The files under <c>wwwroot</c>, inside the program: read, hashed and compressed once, then served from memory. Pages link to them with their hash,
/// so that browsers may keep them for ever.
/// </summary>
public static class Files
{
    private static readonly FrozenDictionary<string, Asset> All = Load();

    public static string Url(string name) => $"/assets/{name}?v={All[name].Hash}";

    public static void MapFiles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/assets/{**name}", (string name, HttpContext http) => Send(http, name)).AllowAnonymous();
        routes.MapGet("/favicon.ico", (HttpContext http) => Send(http, "favicon.svg")).AllowAnonymous();
    }

    private static IResult Send(HttpContext http, string name)
    {
        if (!All.TryGetValue(name, out var asset))
        {
            return Results.NotFound();
        }
        var headers = http.Response.Headers;
        headers.CacheControl = http.Request.Query.ContainsKey("v") ? "public, max-age=31536000, immutable" : "public, max-age=3600";
        headers.Vary = "Accept-Encoding";
        var zipped = http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (zipped)
        {
            headers.ContentEncoding = "gzip";
        }
        return Results.Bytes(zipped ? asset.Gzip : asset.Plain, asset.Type, entityTag: new($"\"{asset.Hash}{(zipped ? "-gzip" : "")}\""));
    }

    private static FrozenDictionary<string, Asset> Load()
    {
        const string root = "wwwroot/";
        var assembly = Assembly.GetExecutingAssembly();
        var types = new FileExtensionContentTypeProvider();
        return assembly
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(root, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[root.Length..].Replace('\\', '/'), name => Read(assembly, name, types));
    }

    private static Asset Read(Assembly assembly, string resource, FileExtensionContentTypeProvider types)
    {
        using var plain = new MemoryStream();
        using (var stream = assembly.GetManifestResourceStream(resource)!)
        {
            stream.CopyTo(plain);
        }
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(plain.GetBuffer(), 0, (int)plain.Length);
        }
        var type = types.TryGetContentType(resource, out var known) ? known : "application/octet-stream";
        var text = type.StartsWith("text/", StringComparison.Ordinal) ? type + "; charset=utf-8" : type;
        return new(plain.ToArray(), zipped.ToArray(), text, Convert.ToHexStringLower(SHA256.HashData(plain.ToArray()))[..12]);
    }

    private sealed record Asset(byte[] Plain, byte[] Gzip, string Type, string Hash);
}
