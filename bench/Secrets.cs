using System.Diagnostics;
using System.Security.Cryptography;
using Wire;

namespace Bench;

/// <summary>Batches of 1,000 secrets of 100 bytes over HTTP, beside what AES-256-GCM alone takes for them, and the fsync that a decryption waits for.</summary>
internal static class Secrets
{
    private const string Stack = "/api/stacks/ann/web/dev";
    private const int Rounds = 200;

    public static async Task Run()
    {
        await using var server = await BenchServer.Start();
        var client = server.Client;
        using var made = await client.PostAsJsonAsync(
            "/api/stacks/ann/web",
            new CreateStackRequest("dev"),
            WireJson.Default.CreateStackRequest
        );
        made.EnsureSuccessStatusCode();
        byte[][] plaintexts = [.. Enumerable.Range(0, 1000).Select(_ => RandomNumberGenerator.GetBytes(100))];
        var encrypt = JsonContent.Create(new(plaintexts), WireJson.Default.BatchEncryptRequest);
        using var answer = await client.PostAsync(Stack + "/batch-encrypt", encrypt);
        var ciphertexts = (await answer.Content.ReadFromJsonAsync(WireJson.Default.BatchEncryptResponse))!.Ciphertexts;

        Print("AES-256-GCM alone, 1,000 values", Median(() => Aes(plaintexts)));
        Print("fsync of 4 KB", Median(Fsync));
        var one = new EncryptRequest(plaintexts[0]);
        Print("encrypt, 1 value", await Median(() => Post(client, "/encrypt", JsonContent.Create(one, WireJson.Default.EncryptRequest))));
        var all = new BatchEncryptRequest(plaintexts);
        Print(
            "batch-encrypt, 1,000 values",
            await Median(() => Post(client, "/batch-encrypt", JsonContent.Create(all, WireJson.Default.BatchEncryptRequest)))
        );
        var back = new BatchDecryptRequest(ciphertexts);
        Print(
            "batch-decrypt, 1,000 values",
            await Median(() => Post(client, "/batch-decrypt", JsonContent.Create(back, WireJson.Default.BatchDecryptRequest)))
        );
    }

    private static async Task Post(HttpClient client, string call, HttpContent body)
    {
        using var answer = await client.PostAsync(Stack + call, body);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync();
    }

    private static void Aes(byte[][] plaintexts)
    {
        using var aes = new AesGcm(new byte[32], 16);
        Span<byte> nonce = stackalloc byte[12];
        Span<byte> tag = stackalloc byte[16];
        var ciphertext = new byte[100];
        foreach (var plaintext in plaintexts)
        {
            RandomNumberGenerator.Fill(nonce);
            aes.Encrypt(nonce, plaintext, ciphertext, tag);
        }
    }

    private static void Fsync()
    {
        using var file = new FileStream(Path.Combine(Path.GetTempPath(), "bench-fsync"), FileMode.Create);
        file.Write(new byte[4096]);
        file.Flush(flushToDisk: true);
    }

    private static double Median(Action action)
    {
        var times = new double[Rounds];
        for (var i = 0; i < Rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        return times.Order().ElementAt(Rounds / 2);
    }

    private static async Task<double> Median(Func<Task> action)
    {
        var times = new double[Rounds];
        for (var i = 0; i < Rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await action();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        return times.Order().ElementAt(Rounds / 2);
    }

    private static void Print(string what, double ms) => Console.WriteLine($"{what, -32} {ms, 8:F2} ms");
}
