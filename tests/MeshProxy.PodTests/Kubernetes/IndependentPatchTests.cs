using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Kubernetes;

/// <summary>
/// The webhook's patches, as they were put down beside the pods they make, applied by a library that nobody here wrote: fast-json-patch,
/// which checks each step against RFC 6902 before it takes it.
/// </summary>
public sealed class IndependentPatchTests
{
    private const string Package = "fast-json-patch@3.1.1";

    /// <summary>Prints the name of each file whose patch does not make its pod.</summary>
    private const string Script = """
        const fs = require('fs'), path = require('path'), assert = require('assert');
        const { applyPatch } = require(process.argv[2] + '/node_modules/fast-json-patch');
        let checked = 0;
        for (const name of fs.readdirSync(process.argv[3])) {
          const golden = JSON.parse(fs.readFileSync(path.join(process.argv[3], name)));
          const made = applyPatch(golden.object, golden.patch, true, false).newDocument;
          assert.deepStrictEqual(made, golden.pod, name);
          checked++;
        }
        console.log(checked);
        """;

    [PodFact("node", "npm")]
    public void Another_implementation_makes_the_same_pods_of_our_patches()
    {
        var cache = Path.Combine(AppContext.BaseDirectory, "npm");
        if (!Directory.Exists(Path.Combine(cache, "node_modules", "fast-json-patch")))
            Tool.Run("npm", ["install", "--prefix", cache, "--no-audit", "--no-fund", "--no-save", Package]);
        var script = Path.Combine(cache, "apply.js");
        File.WriteAllText(script, Script);
        var golden = GoldenFolder();
        var checkedFiles = Tool.Run("node", [script, cache, golden]).Trim();
        Assert.Equal($"{Directory.GetFiles(golden).Length}", checkedFiles);
    }

    private static string GoldenFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MeshProxy.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("MeshProxy.sln is in no parent folder");
        return Path.Combine(folder, "tests/MeshProxy.Tests/Kubernetes/Webhook/Golden");
    }
}
