namespace MeshProxy.PodTests.Page;

/// <summary>
/// Contrast as WCAG 2.2 defines it (1.4.3, AA): 4.5 between every text that is shown and what is behind it, with all that is translucent,
/// or 3
/// where it is large (24 px, or 18.66 px bold).
/// </summary>
internal static class TextContrast
{
    /// <summary>JavaScript: each element whose text is below that, on a line; empty where all can be read.</summary>
    public const string TooLow = """
        (() => {
          const parse = colour => { const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number); return { r, g, b, a }; };
          const over = (top, under) => {
            const mix = part => top[part] * top.a + under[part] * (1 - top.a);
            return { r: mix("r"), g: mix("g"), b: mix("b"), a: 1 };
          };
          const channel = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
          const luminance = ({ r, g, b }) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
          const ancestors = node => node === null ? [] : [...ancestors(node.parentElement), node];
          const behind = node => ancestors(node).reduce(
            (under, each) => over(parse(getComputedStyle(each).backgroundColor), under), { r: 255, g: 255, b: 255, a: 1 });
          const opacity = node => ancestors(node).reduce((product, each) => product * getComputedStyle(each).opacity, 1);
          const isText = node => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== "";
          const isShown = node => node.checkVisibility()
            && !node.closest(".hidden, .skip, option, noscript") && node.getClientRects().length > 0;
          const low = [];
          for (const node of document.body.querySelectorAll("*")) {
            if (![...node.childNodes].some(isText) || !isShown(node))
              continue;
            const style = getComputedStyle(node);
            const under = behind(node);
            const ink = parse(style.color);
            ink.a *= opacity(node);
            const [light, dark] = [luminance(over(ink, under)), luminance(under)].sort((a, b) => b - a);
            const ratio = (light + 0.05) / (dark + 0.05);
            const size = parseFloat(style.fontSize);
            const least = size >= 24 || size >= 18.66 && style.fontWeight >= 700 ? 3 : 4.5;
            if (ratio < least)
              low.push(`${ratio.toFixed(2)} ${node.tagName} .${node.className} "${node.textContent.trim().slice(0, 30)}"`);
          }
          return [...new Set(low)].join("\n");
        })()
        """;
}
