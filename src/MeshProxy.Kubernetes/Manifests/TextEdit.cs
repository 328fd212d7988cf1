using System.Text;

namespace MeshProxy.Kubernetes.Manifests;

/// <summary>Characters to take out of a text, and others to put in their place.</summary>
internal readonly record struct TextEdit(int At, int Length, string Text)
{
    /// <summary>Edits at one place happen in the order given; none overlap.</summary>
    public static string Apply(string text, IEnumerable<TextEdit> edits)
    {
        var result = new StringBuilder(text.Length);
        var copied = 0;
        foreach (var edit in edits.OrderBy(edit => edit.At))
        {
            result.Append(text, copied, edit.At - copied).Append(edit.Text);
            copied = edit.At + edit.Length;
        }
        return result.Append(text, copied, text.Length - copied).ToString();
    }
}
