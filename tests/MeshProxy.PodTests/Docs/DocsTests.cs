using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;
using MeshProxy.Tests.Support;

namespace MeshProxy.PodTests.Docs;

/// <summary>What the pages tell people to type works, in a folder that holds what they assume and a network namespace to change.</summary>
public sealed class DocsTests
{
    public static TheoryData<string> Blocks => [.. CommandBlock.All().Where(block => block.IsRun).Select(block => block.ToString())];

    [PodTheory("bash", "curl", "nft")]
    [MemberData(nameof(Blocks))]
    public async Task Commands_of_the_documentation_work(string place)
    {
        var block = CommandBlock.All().Single(block => block.ToString() == place);
        using var folder = new ScratchDirectory();
        using var space = NetworkNamespace.Create("docs");
        Directory.CreateDirectory(folder.PathOf("out"));
        File.CreateSymbolicLink(folder.PathOf("out/meshproxy"), MeshProxyExecutable.Path);
        File.Copy(Repository.PathOf("proxy.config.json"), folder.PathOf("proxy.config.json"));
        foreach (var sample in Directory.GetFiles(Repository.PathOf("tests/MeshProxy.PodTests/Docs/Samples")))
            File.Copy(sample, folder.PathOf(Path.GetFileName(sample)));
        var command = new PodCommand("bash", "-euo", "pipefail", "-c", $"cd {folder.Path}\n{block.Commands}")
        {
            User = null,
            Environment = new Dictionary<string, string>
            {
                ["PATH"] = $"{folder.PathOf("out")}:{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin",
            },
        };

        var (exitCode, output) = await PodProcess.RunAsync(space, command);

        Assert.True(exitCode == 0, $"{place} ended with {exitCode}:\n{block.Commands}\n{output}");
    }

    [Fact]
    public void Blocks_are_run_or_say_that_they_are_not()
    {
        var blocks = CommandBlock.All().ToList();
        Assert.True(blocks.Count(block => block.IsRun) >= 4, "the pages lost their commands");
        Assert.Empty(CommandBlock.Untagged());
        Assert.All(blocks, block => Assert.True(block.Tag is "sh" or "sh elsewhere", $"{block}: ```{block.Tag}"));
    }
}
