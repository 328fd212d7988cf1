using MeshProxy.Lifecycle;

namespace MeshProxy.Tests.Lifecycle;

/// <summary>Which of a process's pages may go: those that can be read again from the executable, and no others.</summary>
public sealed class StartupPagesTests
{
    private const string Executable = "/opt/mesh proxy/meshproxy (deleted)";

    [Theory]
    [InlineData("r-xp")]
    [InlineData("r--s")]
    public void Text_and_shared_views_of_the_executable_go(string permissions)
    {
        var line = $"7f33b8bc0000-7f33b8bc4000 {permissions} 00fc0000 08:01 1234                 {Executable}";
        Assert.True(StartupPages.TryRange(line, Executable, out var start, out var end));
        Assert.Equal((0x7f33b8bc0000L, 0x4000L), ((long)start, end - start));
    }

    [Theory]
    [InlineData("rw-p", Executable)]
    [InlineData("r--p", Executable)]
    [InlineData("rw-s", Executable)]
    [InlineData("r-xp", "/usr/lib/libc.so.6")]
    [InlineData("r-xs", "/memfd:doublemapper (deleted)")]
    [InlineData("r-xp", "[vdso]")]
    [InlineData("r-xp", "")]
    public void What_may_have_been_written_and_what_is_not_the_executable_stays(string permissions, string path) =>
        Assert.False(StartupPages.TryRange(
            $"7f33b8bc0000-7f33b8bc4000 {permissions} 00000000 08:01 1234    {path}", Executable, out _, out _));
}
