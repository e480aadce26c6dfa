using System.Runtime.CompilerServices;
using System.Text;
using Server.Auth;

namespace Server.State;

/// <summary>Refuses what a client sent. The sentence is made only when it is needed.</summary>
internal static class Refusal
{
    /// <exception cref="ApiException">400</exception>
    public static void Unless(bool holds, string complaint)
    {
        if (!holds)
        {
            throw ApiException.BadRequest(complaint);
        }
    }

    /// <exception cref="ApiException">400</exception>
    public static void Unless(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] Complaint complaint)
    {
        if (!holds)
        {
            throw ApiException.BadRequest(complaint.ToString());
        }
    }

    [InterpolatedStringHandler]
    public readonly ref struct Complaint
    {
        private readonly StringBuilder? _text;

        public Complaint(int literalLength, int holes, bool holds, out bool isNeeded)
        {
            isNeeded = !holds;
            _text = holds ? null : new(literalLength + 16 * holes);
        }

        public void AppendLiteral(string text) => _text!.Append(text);

        public void AppendFormatted<T>(T value) => _text!.Append(value);

        public override string ToString() => _text!.ToString();
    }
}
