using System.Security.Cryptography.X509Certificates;
using System.Text;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Tests.Kubernetes.Support;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Kubernetes.Api;

public sealed class KubeconfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("certificate-authority: ca.crt", "tokenFile: token")]
    [InlineData("certificate-authority-data: DATA", "token: admin")]
    [InlineData("insecure-skip-tls-verify: true", "token: admin")]
    public async Task Cluster_is_reached_as_by_kubectl(string trust, string credentials)
    {
        await using var cluster = await ClusterStandIn.StartAsync();
        cluster.Connect().Dispose();
        await File.WriteAllTextAsync(_folder.PathOf("ca.crt"), cluster.Authority.ExportCertificatePem());
        await File.WriteAllTextAsync(_folder.PathOf("token"), "admin\n");
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(cluster.Authority.ExportCertificatePem()));
        var config = Kubeconfig.Read(Write("config", trust.Replace("DATA", data), credentials, cluster.Address.ToString()));
        Assert.True(config.Has(out var server, out var failure), failure?.Cause);
        using var api = new KubernetesApi(server, ApiServerStandIn.Impatient);
        Assert.Null((await api.ListAsync(ResourcePath.Namespaces)).Failure);
    }

    [Fact]
    public void Client_certificate_comes_with_its_key_from_data_or_files()
    {
        using var certificates = new TestCertificates();
        using var own = certificates.Issue("somebody");
        File.WriteAllText(_folder.PathOf("client.crt"), own.ExportCertificatePem());
        using (var key = own.GetECDsaPrivateKey()!)
            File.WriteAllText(_folder.PathOf("client.key"), key.ExportPkcs8PrivateKeyPem());
        var fromFiles = Kubeconfig.Read(Write("files", "", "client-certificate: client.crt\n    client-key: client.key"));
        var fromData = Kubeconfig.Read(Write(
            "data", "", $"client-certificate-data: {Data("client.crt")}\n    client-key-data: {Data("client.key")}"));
        foreach (var server in new[] { fromFiles.Value, fromData.Value })
            Assert.True(server!.ClientCertificate is { HasPrivateKey: true, Subject: "CN=somebody" });
    }

    [Theory]
    [InlineData(
        "exec: {command: aws-iam-authenticator, apiVersion: client.authentication.k8s.io/v1}",
        "'aws-iam-authenticator', which is not run")]
    [InlineData("auth-provider: {name: gcp}", "an auth-provider, which is not supported")]
    [InlineData("username: a\n    password: b", "username and password are not supported")]
    [InlineData("client-certificate: missing.crt", "missing.crt")]
    [InlineData("token: a\n    as: somebody", "'as'")]
    public void What_is_not_supported_is_refused_in_one_clear_line(string credentials, string expected)
    {
        var cause = Kubeconfig.Read(Write("config", "", credentials)).Failure!.Cause;
        Assert.Contains(expected, cause);
        Assert.DoesNotContain('\n', cause);
    }

    [Fact]
    public void Context_is_the_current_one_or_the_one_asked_for_and_a_misspelled_one_is_told()
    {
        var path = Write("config", "", "token: a");
        Assert.Equal("https://10.0.0.1:6443/", Kubeconfig.Read(path).Value!.Address.ToString());
        Assert.Equal("https://10.0.0.1:6443/", Kubeconfig.Read(path, "testing").Value!.Address.ToString());
        Assert.Contains("did you mean testing?", Kubeconfig.Read(path, "tesing").Failure!.Cause);
    }

    [Fact]
    public void Of_several_files_the_first_that_has_a_name_counts_and_one_may_be_missing()
    {
        var (first, second) = (Write("first", "", "token: a", "https://10.0.0.2:6443"), Write("second", "", "token: b"));
        var paths = $"{_folder.PathOf("none")}:{first}:{second}";
        Assert.Equal("10.0.0.2", Kubeconfig.Read(paths).Value!.Address.Host);
        Assert.Contains("none", Kubeconfig.Read(_folder.PathOf("none")).Failure!.Cause);
    }

    private string Data(string file) => Convert.ToBase64String(File.ReadAllBytes(_folder.PathOf(file)));

    private string Write(string name, string trust, string credentials, string server = "https://10.0.0.1:6443")
    {
        var path = _folder.PathOf(name);
        File.WriteAllText(path, $"""
            apiVersion: v1
            kind: Config
            current-context: testing
            contexts:
            - name: testing
              context: [cluster: c, user: u]
            clusters:
            - name: c
              cluster:
                server: {server}
                {trust}
            users:
            - name: u
              user:
                {credentials}
            """.Replace("[cluster: c, user: u]", "{cluster: c, user: u}"));
        return path;
    }
}
