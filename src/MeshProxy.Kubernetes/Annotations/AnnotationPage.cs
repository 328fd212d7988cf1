using System.Text;

namespace MeshProxy.Kubernetes.Annotations;

/// <summary>The documentation page, made of the table.</summary>
internal static class AnnotationPage
{
    private const string Top = """
        # Annotations

        This page is made from the table in `src/MeshProxy.Kubernetes/Annotations/AnnotationTable.cs`.

        **Label** a namespace `meshproxy.io/inject=enabled`, and its new pods get a sidecar: by that label the API server knows which pods
        to ask the webhook about, and without it the webhook is never asked, whatever annotations say. In a labelled namespace the
        annotation `meshproxy.io/inject: disabled` keeps a pod out; on the namespace it keeps all out but pods that say `enabled`.
        `meshproxy inject` puts one into every pod of its files, but where the annotation of the pod, or of its namespace among the files,
        says `disabled`.

        Every setting below may stand on a namespace, for all its pods, or on a pod, which wins. An unknown or misspelled name is
        answered with a warning and the nearest name; a bad value refuses the pod with the reason, or is a warning where the injector is
        lenient. In a workload they belong to the pod template (`spec.template.metadata.annotations`). The injector writes two more:
        `meshproxy.io/status`, what it made of the pod, and `meshproxy.io/redirect`, the redirect for the CNI plugin.

        Names of Linkerd in the last column are understood, with a warning that names ours; so is `linkerd.io/inject`.

        | `config.meshproxy.io/…` | allowed | default | meaning | Linkerd's name |
        |---|---|---|---|---|

        """;

    private const string Middle = """

        ## Annotations of Linkerd that have no effect here

        | annotation | why |
        |---|---|

        """;

    public static string Text()
    {
        var text = new StringBuilder(Top);
        foreach (var key in AnnotationTable.All)
        {
            var aliases = string.Join(", ", key.Aliases.Select(alias => $"`{alias.Name}`"));
            var unset = key.Default.Length == 0 ? "" : $"`{key.Default}`";
            text.Append($"| `{key.Name}` | {key.Syntax.Allowed} | {unset} | {key.Help} | {aliases} |\n");
        }
        text.Append(Middle);
        foreach (var (name, why) in LinkerdOnly.Reasons.OrderBy(reason => reason.Key, StringComparer.Ordinal))
            text.Append($"| `{name}` | {why} |\n");
        return text.ToString();
    }
}
