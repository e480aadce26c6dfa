using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Bench;

/// <summary>States and journals as an engine makes them: about 1.7 KB a resource, with ids and hashes that do not compress.</summary>
internal sealed class SampleState(int resources)
{
    private static ReadOnlySpan<byte> Head =>
        """{"version":3,"deployment":{"manifest":{"time":"2026-11-24T20:00:00Z","magic":"","version":""},"secrets_providers":{"type":"service","state":{"url":"http://localhost:8080","owner":"o","project":"app","stack":"dev"}},"resources":["""u8;

    /// <param name="generation">Of each resource; another one has other outputs.</param>
    public byte[] Text(Func<int, int>? generation = null) => Text(i => Resource(i, generation?.Invoke(i) ?? 0));

    /// <summary>As many components, of some 440 bytes.</summary>
    public byte[] Components() => Text(i => i == 0 ? Resource(0, 0) : Component(i));

    private byte[] Text(Func<int, byte[]> resource)
    {
        var text = new ArrayBufferWriter<byte>(1800 * resources + 1000);
        text.Write(Head);
        for (var i = 0; i < resources; i++)
        {
            text.Write(i == 0 ? default : ","u8);
            text.Write(resource(i));
        }
        text.Write("""],"metadata":{}}}"""u8);
        return text.WrittenSpan.ToArray();
    }

    /// <summary>A journal that updates every (<paramref name="entries"/> / 2)th part of the resources, in batches of 100.</summary>
    public List<ReadOnlyMemory<byte>> Journal(int entries)
    {
        var (batches, batch) = (new List<ReadOnlyMemory<byte>> { Same }, new StringBuilder());
        for (var i = 4; i < entries; i += 2)
        {
            var index = Math.Max(2, (int)((long)i * resources / entries));
            var resource = Encoding.UTF8.GetString(Resource(index, 1));
            var operation = i / 2 + 1;
            batch.Append(batch.Length == 0 ? "" : ",");
            batch.Append(
                $$$"""{"version":1,"kind":0,"sequenceID":{{{i + 1}}},"operationID":{{{operation}}},"removeOld":null,"removeNew":null,"""
            );
            batch.Append($$$"""  "operation":{"resource":{{{resource}}},"type":"updating"}},""");
            batch.Append(
                $$$"""{"version":1,"kind":1,"sequenceID":{{{i + 2}}},"operationID":{{{operation}}},"removeOld":{{{index}}},"removeNew":null,"""
            );
            batch.Append($$$"""  "state":{{{resource}}}}""");
            if (i % 100 == 98 || i + 2 >= entries)
            {
                batches.Add(Encoding.UTF8.GetBytes($"{{\"entries\":[{batch}]}}"));
                batch.Clear();
            }
        }
        return batches;
    }

    /// <summary>The body of a delta checkpoint with one edit.</summary>
    public static byte[] Delta(byte[] text, byte[] next, int sequence = 2)
    {
        var prefix = text.AsSpan().CommonPrefixLength(next);
        var suffix = 0;
        while (suffix < Math.Min(text.Length, next.Length) - prefix && text[^(suffix + 1)] == next[^(suffix + 1)])
        {
            suffix++;
        }
        var newText = JsonEncodedText.Encode(next.AsSpan(prefix..^suffix), JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        var hash = Convert.ToHexStringLower(SHA256.HashData(next));
        return Encoding.UTF8.GetBytes(
            $$$"""{"version":3,"checkpointHash":"{{{hash}}}","sequenceNumber":{{{sequence}}},"deploymentDelta":[{"Span":{"start":{"offset":{{{prefix}}}},"end":{"offset":{{{text.Length - suffix}}}}},"NewText":"{{{newText}}}"}]}"""
        );
    }

    /// <summary>The stack and the provider, which every run begins with.</summary>
    private static byte[] Same =>
        [
            .. """{"entries":[{"kind":0,"sequenceID":1,"operationID":1},{"kind":1,"sequenceID":2,"operationID":1,"removeOld":0,"state":"""u8,
            .. Resource(0, 1),
            .. """},{"kind":0,"sequenceID":3,"operationID":2},{"kind":1,"sequenceID":4,"operationID":2,"removeOld":1,"state":"""u8,
            .. Resource(1, 1),
            .. "}]}"u8,
        ];

    public static byte[] Resource(int index, int generation)
    {
        if (index == 0)
        {
            return """{"urn":"urn:pulumi:dev::app::pulumi:pulumi:Stack::app-dev","custom":false,"type":"pulumi:pulumi:Stack"}"""u8.ToArray();
        }
        if (index == 1)
        {
            return """{"urn":"urn:pulumi:dev::app::pulumi:providers:aws::default","custom":true,"id":"0f1e","type":"pulumi:providers:aws","inputs":{"region":"eu-west-1"}}"""u8.ToArray();
        }
        const string stack = "urn:pulumi:dev::app::pulumi:pulumi:Stack::app-dev";
        var arn = $"arn:aws:s3:::bucket-{index}-{Hex(index, 8)}";
        var before = Urn(1);
        return Encoding.UTF8.GetBytes(
            $$$"""
            {"urn":"{{{Urn(index)}}}","custom":true,"id":"bucket-{{{index}}}-{{{Hex(
                index,
                8
            )}}}","type":"aws:s3/bucket:Bucket","inputs":{"__defaults":["acl","forceDestroy"],"acl":"private","bucket":"bucket-{{{index}}}-{{{Hex(
                index,
                8
            )}}}","forceDestroy":false,"tags":{"__defaults":[],"owner":"team-{{{index % 40}}}","service":"service-{{{index
                % 300}}}"},"policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":[\"s3:GetObject\"],\"Resource\":[\"{{{arn}}}/*\"]}]}"},"outputs":{"accelerationStatus":"","acl":"private","arn":"{{{arn}}}","bucket":"bucket-{{{index}}}-{{{Hex(
                index,
                8
            )}}}","bucketDomainName":"bucket-{{{index}}}.s3.amazonaws.com","bucketRegionalDomainName":"bucket-{{{index}}}.s3.eu-west-1.amazonaws.com","etag":"{{{Hex(
                index + generation * 7919,
                40
            )}}}","forceDestroy":false,"generation":{{{generation}}},"hostedZoneId":"Z1BKCTXD74EZPE","id":"bucket-{{{index}}}-{{{Hex(
                index,
                8
            )}}}","region":"eu-west-1","requestPayer":"BucketOwner","tags":{"owner":"team-{{{index % 40}}}","service":"service-{{{index
                % 300}}}"},"versioning":{"enabled":false,"mfaDelete":false},"size":{{{index
                * 1.5}}}},"parent":"{{{stack}}}","dependencies":["{{{before}}}"],"provider":"urn:pulumi:dev::app::pulumi:providers:aws::default::0f1e","propertyDependencies":{"bucket":[],"policy":["{{{before}}}"],"tags":[]},"created":"2026-11-23T21:38:04.448402499Z","modified":"2026-11-23T21:38:04.448402499Z","sourcePosition":"project:///index.js#19,39","stackTrace":[{"sourcePosition":"project:///index.js#19,39"},{},{},{"sourcePosition":"project:///node_modules/@pulumi/cmd/run/run.ts#541,33"}]}
            """
        );
    }

    private static byte[] Component(int index) =>
        Encoding.UTF8.GetBytes(
            $$$"""
            {"urn":"urn:pulumi:dev::app::demo:index:Component::component-{{{index}}}","custom":false,"type":"demo:index:Component","parent":"{{{Urn(
                0
            )}}}","created":"2026-11-23T21:38:04.448402499Z","modified":"2026-11-23T21:38:04.448402499Z","sourcePosition":"project:///index.js#19,39","stackTrace":[{"sourcePosition":"project:///index.js#19,39"},{},{},{"sourcePosition":"project:///node_modules/@pulumi/cmd/run/run.ts#541,33"}]}
            """
        );

    private static string Urn(int index) =>
        index switch
        {
            0 => "urn:pulumi:dev::app::pulumi:pulumi:Stack::app-dev",
            1 => "urn:pulumi:dev::app::pulumi:providers:aws::default",
            _ => $"urn:pulumi:dev::app::aws:s3/bucket:Bucket::bucket-{index}",
        };

    private static string Hex(int seed, int digits) => Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(seed)))[..digits];
}
