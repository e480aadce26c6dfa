using System.Text;
using QRCoder;

namespace Cli.Auth;

/// <summary>A QR code for a terminal: two modules in a character, light ones drawn, so that it also shows on a dark ground.</summary>
internal static class QrCode
{
    public static string Draw(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.L);
        var rows = code.ModuleMatrix;
        var drawing = new StringBuilder();
        for (var y = 2; y < rows.Count - 2; y += 2)
        {
            drawing.Append("    ");
            for (var x = 2; x < rows.Count - 2; x++)
            {
                var (top, bottom) = (!rows[y][x], y + 1 >= rows.Count || !rows[y + 1][x]);
                drawing.Append(top ? (bottom ? '█' : '▀') : (bottom ? '▄' : ' '));
            }
            drawing.Append('\n');
        }
        return drawing.ToString();
    }
}
