using System.CommandLine;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Commands;

/// <summary>Which cluster: the one of a kubeconfig, or in a pod without one its own.</summary>
internal sealed class ClusterOptions
{
    private readonly Option<string?> _file = new("--kubeconfig")
    {
        Description = "As for kubectl (default: the files of KUBECONFIG, or ~/.kube/config; in a pod without one, its service account)",
        HelpName = "FILE",
    };

    private readonly Option<string?> _context = new("--context")
    {
        Description = "Of the kubeconfig (default: the current one)",
        HelpName = "NAME",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_file);
        command.Options.Add(_context);
    }

    public ApiResult<ApiServer> Find(ParseResult line)
    {
        var (given, context) = (line.GetValue(_file), line.GetValue(_context) ?? "");
        var path = given ?? Kubeconfig.DefaultPath(Environment.GetEnvironmentVariable);
        if (given is null && context.Length == 0 && !File.Exists(path) && ServiceAccount.InCluster().Has(out var own, out _))
            return own;
        return Kubeconfig.Read(path, context);
    }
}
