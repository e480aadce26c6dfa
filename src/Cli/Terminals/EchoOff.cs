using System.Runtime.InteropServices;

namespace Cli.Terminals;

/// <summary>
/// A terminal that does not show what is typed, until disposed. The terminal keeps editing lines and making signals, so that backspace and
/// Ctrl-C work as everywhere.
/// </summary>
internal sealed partial class EchoOff : IDisposable
{
    private readonly int descriptor;
    private readonly byte[] before = new byte[Size];

    private EchoOff(int descriptor) => this.descriptor = descriptor;

    /// <returns>Null when the descriptor is no terminal.</returns>
    public static EchoOff? On(int descriptor)
    {
        var echo = new EchoOff(descriptor);
        if (tcgetattr(descriptor, echo.before) != 0)
        {
            return null;
        }
        var silent = (byte[])echo.before.Clone();
        silent[LocalFlags] = (byte)(silent[LocalFlags] & ~Echo);
        return tcsetattr(descriptor, Now, silent) == 0 ? echo : null;
    }

    public void Dispose() => tcsetattr(descriptor, Now, before);

    // struct termios: four flag words, of 32 bits in Linux and of 64 bits in macOS. ECHO is the same bit of the low byte of the fourth.
    private static readonly int LocalFlags = OperatingSystem.IsMacOS() ? 24 : 12;
    private const int Size = 128;
    private const int Echo = 8;
    private const int Now = 0;

    [LibraryImport("libc")]
    private static partial int tcgetattr(int descriptor, byte[] settings);

    [LibraryImport("libc")]
    private static partial int tcsetattr(int descriptor, int when, byte[] settings);
}
