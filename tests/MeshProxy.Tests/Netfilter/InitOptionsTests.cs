using System.CommandLine;
using MeshProxy.Commands;
using MeshProxy.Netfilter;

namespace MeshProxy.Tests.Netfilter;

/// <summary>The command line of init: ours, and that of manifests written for another mesh.</summary>
public sealed class InitOptionsTests
{
    [Fact]
    public void A_manifest_of_another_mesh_is_understood_and_answered_with_our_names()
    {
        Assert.True(TryRead(out var request, out var errors,
            "--incoming-proxy-port", "5143", "-o", "5140", "--proxy-uid", "1337", "--proxy-gid", "-1",
            "--inbound-ports-to-ignore", "4190,4191,4567-4568", "--outbound-ports-to-ignore", "25", "--subnets-to-ignore", "10.0.0.0/8",
            "--timeout-close-wait-secs", "7200", "--use-wait-flag", "--ipv6=false",
            "--iptables-mode", "nft", "--simulate"), string.Join('\n', errors));

        Assert.Equal(InitAction.DryRun, request.Action);
        var config = request.Config;
        Assert.Equal((5143, 5140, 1337u, null), (config.Inbound.Port, config.Outbound.Port, config.Proxy.Uid, config.Proxy.Gid));
        Assert.Equal("4190-4191,4567-4568", MeshProxy.Values.PortList.Format(config.Inbound.SkipPorts));
        Assert.Equal("25", MeshProxy.Values.PortList.Format(config.Outbound.SkipPorts));
        Assert.Equal("10.0.0.0/8", string.Join(',', config.Inbound.SkipSubnets));
        Assert.Equal(TimeSpan.FromHours(2), config.Timeouts.CloseWait);
        Assert.Equal(Ipv6Mode.Off, config.Ipv6);
        Assert.Contains("--incoming-proxy-port is --inbound-port here", request.Notes);
        Assert.Contains(request.Notes, n => n.StartsWith("--use-wait-flag has no effect", StringComparison.Ordinal));
        Assert.Equal(RedirectBackend.Netlink, request.Options.Backend);
    }

    [Fact]
    public void Ports_to_redirect_become_all_others_skipped()
    {
        Assert.True(TryRead(out var request, out _, "--ports-to-redirect", "80,443,65535"));
        Assert.Equal("1-79,81-442,444-65534", MeshProxy.Values.PortList.Format(request.Config.Inbound.SkipPorts));
    }

    [Fact]
    public void A_list_may_be_given_under_both_names_and_anything_else_only_once()
    {
        Assert.True(TryRead(out var request, out _, "--skip-inbound-ports", "22", "--inbound-ports-to-ignore", "25"));
        Assert.Equal("22,25", MeshProxy.Values.PortList.Format(request.Config.Inbound.SkipPorts));

        Assert.False(TryRead(out _, out var errors, "--inbound-port", "1", "--incoming-proxy-port", "2"));
        Assert.Equal("--incoming-proxy-port: --inbound-port says the same; give one of them", Assert.Single(errors));
    }

    [Fact]
    public void An_error_names_the_option_that_was_written()
    {
        Assert.False(TryRead(
            out _, out var errors, "--inbound-ports-to-ignore", "x", "--skip-outbound-ports", "y", "--backend", "iptable-nft"));
        Assert.Equal(3, errors.Length);
        Assert.StartsWith("--inbound-ports-to-ignore: item 1, 'x'", errors[0]);
        Assert.StartsWith("--skip-outbound-ports: item 1, 'y'", errors[1]);
        Assert.EndsWith("did you mean iptables-nft?", errors[2]);
    }

    [Fact]
    public void Every_setting_is_an_option()
    {
        Assert.True(TryRead(
            out var request, out _, "--redirect", "all", "--force-timeouts", "--drop-invalid=false", "--established-timeout", "1d",
            "--backend", "iptables-legacy"));
        Assert.Equal(InboundMode.All, request.Config.Inbound.Mode);
        Assert.True(request.Config.Timeouts.Force);
        Assert.False(request.Config.DropInvalid);
        Assert.Equal(TimeSpan.FromDays(1), request.Config.Timeouts.Established);
        Assert.Equal(RedirectBackend.IptablesLegacy, request.Options.Backend);
    }

    [Fact]
    public void One_thing_at_a_time()
    {
        Assert.False(TryRead(out _, out var errors, "--check", "--cleanup"));
        Assert.Contains("exclude each other", Assert.Single(errors));
    }

    private static bool TryRead(
        out InitRequest request, out System.Collections.Immutable.ImmutableArray<string> errors, params string[] arguments)
    {
        var options = new InitOptions();
        var command = new RootCommand();
        options.AddTo(command);
        var line = command.Parse(arguments);
        Assert.Empty(line.Errors);
        return options.TryRead(line, out request, out errors);
    }
}
