using MeshProxy.Commands;
using MeshProxy.Kubernetes.Cni;
using MeshProxy.Lifecycle;

// Before all else: until its handlers exist, the kernel drops a SIGTERM to process 1 of a container.
using var stop = new StopRequest();
using var signals = args is ["run", ..] ? new SignalHandlers(stop) : null;

// A container runtime starts the executable without arguments, for every pod: nothing else is loaded.
if (CniPlugin.IsAsked)
    return CniPlugin.Run();

// One line per command; each is one file under Commands/.
var commandLine = new CommandLine(
    new RunCommand(stop, signals),
    new InitCommand(),
    new DemoCommand(),
    new CniCommand(new CniInstallCommand(), new CniUninstallCommand()),
    new CheckCommand(new CheckConfigCommand(), new CheckNetCommand(), new CheckPodCommand(), new CheckClusterCommand()),
    new InjectCommand(),
    new UninjectCommand(),
    new WebhookCommand(new WebhookCertificateCommand()),
    new AwaitCommand(),
    new DrainCommand(),
    new ShutdownCommand(),
    new CompletionCommand());

TerminationLog.WriteOnCrash();
return (int)await commandLine.InvokeAsync(args, Console.Out, Console.Error);
