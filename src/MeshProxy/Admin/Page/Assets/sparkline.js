// The last two minutes of a number, as a line over a washed area.

const points = 120;
const width = 120;
const height = 34;
const headroom = 3;
const namespace = "http://www.w3.org/2000/svg";

export class Sparkline {
  constructor() {
    this.node = svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    this.area = svg("path", { class: "area" });
    this.line = svg("path", { class: "line" });
    this.node.append(this.area, this.line);
  }

  draw(values) {
    const shown = values.slice(-points);
    const most = Math.max(...shown, Number.MIN_VALUE);
    const step = width / (points - 1);
    const start = width - (shown.length - 1) * step;
    const at = shown.map((value, i) => `${(start + i * step).toFixed(1)} ${(height - 1 - value / most * (height - 1 - headroom)).toFixed(1)}`);
    const path = at.length > 1 ? `M${at.join("L")}` : "";
    this.line.setAttribute("d", path);
    this.area.setAttribute("d", path && `${path}L${width} ${height}L${start.toFixed(1)} ${height}Z`);
  }
}

export function bar() {
  const node = svg("svg", { viewBox: "0 0 100 7", preserveAspectRatio: "none", "aria-hidden": "true" });
  node.append(svg("rect", { height: 7, rx: 0 }));
  return node;
}

export function setBar(node, share) {
  node.firstChild.setAttribute("width", Math.max(0.6, share * 100).toFixed(1));
}

function svg(name, attributes) {
  const made = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes))
    made.setAttribute(key, value);
  return made;
}
