using MeshProxy.DataPlane.Settings;
using Field = MeshProxy.Configuration.Syntax.ObjectField<MeshProxy.DataPlane.Settings.RouteHeaderEdits>;

namespace MeshProxy.Configuration.Syntax.Routes;

/// <summary>Changes to headers.</summary>
internal static class RouteHeaderEditsSyntax
{
    public static readonly ObjectSyntax<RouteHeaderEdits> Syntax = new(
        RouteHeaderEdits.None,
        Field.Of("remove", new ListSyntax<string>(RouteTexts.EditedName), "First.",
            e => e.Remove, (e, v) => e with { Remove = v }),
        Field.Of("set", new HeaderValuesSyntax(RouteTexts.EditedName, RouteTexts.HeaderContent), "In place of what was there.",
            e => e.Set, (e, v) => e with { Set = v }),
        Field.Of("add", new HeaderValuesSyntax(RouteTexts.EditedName, RouteTexts.HeaderContent), "Beside what was there.",
            e => e.Add, (e, v) => e with { Add = v }));
}
