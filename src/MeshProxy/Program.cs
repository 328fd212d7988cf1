using System.CommandLine;
using MeshProxy.Commands;

var root = new RootCommand("A transparent sidecar proxy for Kubernetes pods");
root.Subcommands.Add(InitCommand.Create());
return root.Parse(args).Invoke();
