using MeshProxy.Configuration;
using MeshProxy.Configuration.Reading;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Configuration;

public sealed class ConfigErrorTests
{
    [Fact]
    public void All_mistakes_are_reported_together_each_with_its_place()
    {
        var errors = ConfigText.Errors("""
            {
              "outbound": {
                "detction": { "timeout": "2s" },
                "tcp": { "idleTimeout": "5 days", "keepalive": { "count": 200 } }
              },
              "loops": { "count": "many" }
            }
            """,
            ("MESHPROXY_LOG__LEVEL", "verbose"),
            ("MESHPROXY_OUTBOUND__DETECTON__TIMEOUT", "1s"));

        Assert.Equal(
        [
            "proxy.config.json:3: outbound.detction is not a key; did you mean outbound.detection?",
            "proxy.config.json:4: outbound.tcp.idleTimeout is \"5 days\"; "
            + "allowed: a duration such as 500ms, 10s, 5m, 1h30m, 2d, or 0, up to 365d",
            "proxy.config.json:4: outbound.tcp.keepalive.count is 200; allowed: a whole number from 1 to 127",
            "proxy.config.json:6: loops.count is \"many\"; allowed: a whole number from 0 to 256",
            "MESHPROXY_LOG__LEVEL: log.level is \"verbose\"; allowed: trace, debug, info, warn, error or off",
            "MESHPROXY_OUTBOUND__DETECTON__TIMEOUT: no key has this variable; did you mean MESHPROXY_OUTBOUND__DETECTION__TIMEOUT?",
        ], errors.OrderBy(e => e.StartsWith("MESH", StringComparison.Ordinal)).ThenBy(e => e, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{ "log": { "level": "inof" } }""", "did you mean info?")]
    [InlineData("""{ "Log": { } }""", "Log is not a key; did you mean log?")]
    [InlineData("""{ "outbound": { "xyzzy": 1 } }""", "outbound.xyzzy is not a key; known there: listen, opaquePorts, detection, tcp")]
    [InlineData("""{ "outbound": 5 }""", "outbound is 5; allowed: a section, { … }, with listen, opaquePorts, detection, tcp")]
    [InlineData("""{ "outbound": { "listen": { "port": 1 } } }""", "outbound.listen is a section; allowed: IP addresses")]
    [InlineData("""{ "outbound": { "listen": [] } }""", "outbound.listen is a list; allowed: IP addresses")]
    [InlineData("""{ "outbound": { "listen": "4140" } }""", "\"4140\" is not an IP address with a port")]
    [InlineData("""{ "outbound": { "listen": "localhost:4140" } }""", "\"localhost:4140\" is not an IP address with a port")]
    [InlineData("""{ "outbound": { "listen": "127.0.0.1:0" } }""", "\"127.0.0.1:0\" is not an IP address with a port")]
    [InlineData("""{ "outbound": { "listen": "127.0.0.1:65536" } }""", "\"127.0.0.1:65536\" is not an IP address with a port")]
    [InlineData("""{ "outbound": { "listen": "1.1.1.1:1,1.1.1.1:1" } }""", "outbound.listen: 1.1.1.1:1 is given twice")]
    [InlineData("""{ "outbound": { "opaquePorts": [25, "70000"] } }""", "item 2, '70000', is not a port from 1 to 65535")]
    [InlineData("""{ "outbound": { "opaquePorts": "9-5" } }""", "item 1, '9-5', is a range that ends before it starts; write 5-9")]
    [InlineData("""{ "outbound": { "opaquePorts": [[25]] } }""", "outbound.opaquePorts is a list; allowed: ports and ranges")]
    [InlineData("""{ "outbound": { "detection": { "timeout": 10 } } }""", "outbound.detection.timeout is 10; allowed: a duration")]
    [InlineData("""{ "outbound": { "detection": { "timeout": null } } }""", "outbound.detection.timeout is null; allowed: a duration")]
    [InlineData("""{ "outbound": { "detection": { "timeout": "2h" } } }""", "or 0, up to 1h")]
    [InlineData("""{ "outbound": { "tcp": { "userTimeout": "25d" } } }""", "up to 24d")]
    [InlineData(
        """{ "outbound": { "tcp": { "keepalive": { "idle": "1500ms" } } } }""",
        "allowed: whole seconds, such as 10s, 5m, 1h30m, or 0, up to 9h6m7s")]
    [InlineData("""{ "outbound": { "tcp": { "keepalive": { "interval": "0" } } } }""", "from 1s, up to 9h6m7s")]
    [InlineData("""{ "outbound": { "tcp": { "keepalive": { "count": 0 } } } }""", "a whole number from 1 to 127")]
    [InlineData("""{ "loops": { "count": 257 } }""", "loops.count is 257; allowed: a whole number from 0 to 256")]
    [InlineData("""{ "loops": { "count": -1 } }""", "loops.count is -1")]
    [InlineData("""{ "loops": { "count": 1.5 } }""", "loops.count is 1.5")]
    [InlineData("""{ "loops": { "count": true } }""", "loops.count is true")]
    [InlineData("""{ "loops": { "count": 1, "count": 2 } }""", "loops.count is given twice, first in line 1")]
    [InlineData("""{ "admin": { "listen": "0.0.0.0:4143" } }""", "inbound.listen 0.0.0.0:4143 collides with admin.listen 0.0.0.0:4143")]
    [InlineData(
        """{ "outbound": { "listen": "127.0.0.1:4191" } }""",
        "outbound.listen 127.0.0.1:4191 collides with admin.listen 0.0.0.0:4191")]
    [InlineData(
        """{ "outbound": { "listen": "0.0.0.0:70,1.2.3.4:70" } }""",
        "outbound.listen 0.0.0.0:70 collides with outbound.listen 1.2.3.4:70")]
    public void Mistake_is_named_with_what_is_allowed(string json, string expected)
    {
        var error = Assert.Single(ConfigText.Errors(json));
        Assert.StartsWith("proxy.config.json:1: ", error);
        Assert.Contains(expected, error);
    }

    [Fact]
    public void Default_page_of_a_key_that_was_refused_collides_with_nothing()
    {
        var errors = ConfigText.Errors("""{ "inbound": { "listen": "?" }, "admin": { "listen": "0.0.0.0:4143" } }""");
        Assert.Contains("\"?\" is not an IP address", Assert.Single(errors));
    }

    [Theory]
    [InlineData("{ \"log\": {\n  \"level\" \"info\"\n} }", "proxy.config.json:2: column 11: ")]
    [InlineData("{", "proxy.config.json:1: column 2: ")]
    [InlineData("", "proxy.config.json:1: column 1: ")]
    [InlineData("{ } }", "proxy.config.json:1: column 5: ")]
    [InlineData("[1]", "proxy.config.json:1: the file must hold one JSON object")]
    [InlineData("{ \"log\": { \"level\": \"\\ud800\" } }", "proxy.config.json:1: a text here is not valid Unicode")]
    public void Syntax_error_names_line_and_column(string json, string expected)
    {
        var errors = ConfigText.Errors(json);
        Assert.StartsWith(expected, errors[0]);
        Assert.DoesNotContain("LineNumber", errors[0]);
    }

    [Fact]
    public void Syntax_error_does_not_hide_the_mistakes_of_the_environment()
    {
        var errors = ConfigText.Errors("{", ("MESHPROXY_LOG__LEVEL", "x"));
        Assert.Equal(2, errors.Length);
    }

    [Fact]
    public void Mistake_in_the_file_is_reported_even_where_the_environment_overrides_it()
    {
        var errors = ConfigText.Errors("""{ "loops": { "count": "x" } }""", ("MESHPROXY_LOOPS__COUNT", "2"));
        Assert.StartsWith("proxy.config.json:1: loops.count", Assert.Single(errors));
    }

    [Theory]
    [InlineData("MESHPROXY_LOG__LEVEL__X", "info", "log.level is a section")]
    [InlineData("MESHPROXY_FOO", "1", "no key has this variable; 'meshproxy check config --print' lists the keys")]
    [InlineData("MESHPROXY_LOG_LEVEL", "info", "did you mean MESHPROXY_LOG__LEVEL?")]
    [InlineData("MESHPROXY_PORT", "4191", "no key has this variable")]
    [InlineData("MESHPROXY_LOOPS__COUNT", "", "loops.count is \"\"")]
    public void Wrong_variable_is_answered(string name, string value, string expected)
    {
        var error = Assert.Single(ConfigText.Errors(null, (name, value)));
        Assert.StartsWith(name + ": ", error);
        Assert.Contains(expected, error);
    }

    [Fact]
    public void Variable_given_twice_by_different_case_is_refused()
    {
        var errors = ConfigText.Errors(null, ("MESHPROXY_LOOPS__COUNT", "1"), ("MESHPROXY_LOOPS__Count", "2"));
        Assert.Contains("loops.count is given twice in the environment", Assert.Single(errors));
    }

    [Fact]
    public void Error_stays_on_one_line_whatever_was_written()
    {
        var error = Assert.Single(ConfigText.Errors("""{ "log": { "level": "a\n\u001b[31mred\u202e" } }"""));
        Assert.Contains("\"a\\n\\u001b[31mred\\u202e\"", error);
        Assert.DoesNotContain(error, c => char.IsControl(c));
    }

    [Fact]
    public void File_asked_for_by_name_must_exist_and_the_default_one_need_not()
    {
        using var folder = new TemporaryFolder();
        var loader = new ConfigLoader(new Dictionary<string, string>());
        var path = folder.PathOf("gone.json");

        var named = loader.Load(ConfigFile.FromOption(path));
        Assert.Equal($"{path}: the configuration file does not exist", Assert.Single(named.Errors).ToString());
        Assert.True(loader.Load(new ConfigFile(path, MayBeMissing: true)).IsValid);
    }

    [Fact]
    public void Path_that_is_no_configuration_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        var errors = new ConfigErrors();
        Assert.Null(ConfigFile.FromOption(folder.Path).Read(errors));
        Assert.Null(ConfigFile.FromOption("/dev/zero").Read(errors));
        Assert.Collection(errors.ToImmutable(),
            error => Assert.EndsWith("is a directory", error.Message),
            error => Assert.EndsWith("is longer than 1024 KiB", error.Message));
    }
}
