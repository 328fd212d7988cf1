using MeshProxy.Commands;

// One line per command; each is one file under Commands/.
var commandLine = new CommandLine(
    new RunCommand(),
    new InitCommand(),
    new DemoCommand(),
    new CheckCommand(new CheckConfigCommand(), new CheckNetCommand(), new CheckPodCommand()),
    new InjectCommand(),
    new UninjectCommand(),
    new WebhookCommand(),
    new AwaitCommand(),
    new ShutdownCommand());

TerminationLog.WriteOnCrash();
return (int)await commandLine.InvokeAsync(args, Console.Out, Console.Error);
