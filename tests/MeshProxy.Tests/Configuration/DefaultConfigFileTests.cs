using System.Text;
using MeshProxy.Configuration;
using MeshProxy.Configuration.Keys;
using MeshProxy.Configuration.Reading;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Logging;
using MeshProxy.Tests.Support;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Tests.Configuration;

public sealed class DefaultConfigFileTests
{
    private static readonly LoadedConfig Commented = ConfigText.Valid(File.ReadAllText(Repository.PathOf("proxy.config.json")));
    private static readonly LoadedConfig Defaults = ConfigText.Valid(null);

    public static TheoryData<string> Keys => [.. SidecarKeys.Table.Keys.Select(key => key.Path)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Commented_file_names_every_key_at_its_default(string path)
    {
        var key = SidecarKeys.Table.Find(path)!;
        Assert.Equal(ConfigSource.File, Commented.Values.OriginOf(key).Source);
        Assert.Equal(Defaults.Values[key].ToString(), Commented.Values[key].ToString());
    }

    [Fact]
    public void Defaults_are_those_that_the_settings_document()
    {
        var (proxy, admin, log) = Defaults.Settings;
        Assert.Equal(["0.0.0.0:4143", "[::]:4143"], proxy.Inbound.Listen.Select(e => e.ToString()));
        Assert.Equal(["127.0.0.1:4140", "[::1]:4140"], proxy.Outbound.Listen.Select(e => e.ToString()));
        Assert.Equal(["0.0.0.0:4191", "[::]:4191"], admin.Listen.Select(e => e.ToString()));
        Assert.Equal("25,587,3306,4444,5432,6379,9300,11211", proxy.Outbound.OpaquePorts.ToString());
        Assert.Equal(new DetectionSettings(TimeSpan.FromSeconds(10), TimeSpan.Zero, TimeSpan.FromMinutes(10)), proxy.Inbound.Detection);
        var keepalive = new KeepaliveSettings(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10), 3);
        var tcp = new TcpSettings(
            TimeSpan.FromSeconds(10), TimeSpan.FromDays(5), TimeSpan.FromHours(1), TimeSpan.FromSeconds(60), keepalive);
        Assert.Equal(tcp, proxy.Inbound.Tcp);
        Assert.Equal(tcp, proxy.Outbound.Tcp);
        Assert.Equal(new HttpSettings(FramingPolicy.Refuse, HttpTimeouts.Default), proxy.Inbound.Http);
        Assert.Equal(new LoopSettings(0), proxy.Loops);
        Assert.Equal(new ShutdownSettings(GracePeriod: null), proxy.Shutdown);
        Assert.Equal(new LogSettings(LogLevel.Information, LogFormat.Text, 20), log);
    }

    [Fact]
    public void Schema_file_is_the_one_made_from_the_table()
    {
        using var schema = new MemoryStream();
        JsonSchema.Write(schema, SidecarKeys.Table);
        var made = Encoding.UTF8.GetString(schema.ToArray()) + "\n";
        var path = Repository.PathOf("proxy.config.schema.json");
        Assert.True(made == File.ReadAllText(path),
            "proxy.config.schema.json is out of date; write it anew: out/meshproxy check config --schema > proxy.config.schema.json");
    }

    [Fact]
    public void Every_section_of_the_table_is_described()
    {
        var sections = SidecarKeys.Table.Keys
            .SelectMany(key => Enumerable.Range(1, key.Segments.Length - 1).Select(depth => string.Join('.', key.Segments.Take(depth))))
            .Distinct();
        Assert.Equal(sections.Order(), SidecarKeys.Table.Sections.Select(section => section.Path).Order());
    }
}
