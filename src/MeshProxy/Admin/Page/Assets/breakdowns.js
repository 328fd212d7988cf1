// Counts by reason and by decision, each with its share as a bar.

import { byId, element, fill, setClass, setText } from "/page/dom.js";
import { count } from "/page/format.js";
import { bar, setBar } from "/page/sparkline.js";

export class Breakdowns {
  show(snapshot, direction) {
    table("reasons", sum(snapshot.reasons, direction), "None has ended yet.");
    table("detections", sum(snapshot.detections, direction), "None has been decided yet.");
  }
}

// Rows are [direction, label, words, count, abnormal]; those of both directions are one where both are shown.
function sum(rows, direction) {
  const byLabel = new Map();
  for (const [of, label, words, number, abnormal] of rows) {
    if (direction !== "both" && of !== direction)
      continue;
    const known = byLabel.get(label) ?? { label, words, abnormal: abnormal === true, number: 0 };
    known.number += number;
    byLabel.set(label, known);
  }
  return [...byLabel.values()].filter(row => row.number > 0).sort((a, b) => b.number - a.number);
}

function table(id, rows, empty) {
  const most = Math.max(1, ...rows.map(row => row.number));
  fill(byId(id).tBodies[0], rows, makeRow, (tr, row) => {
    setText(tr.children[0].firstElementChild, row.words);
    setText(tr.children[0].lastElementChild, row.label);
    setBar(tr.children[1].firstElementChild, row.number / most);
    setText(tr.children[2], count(row.number));
    setClass(tr, "abnormal", row.abnormal);
  });
  byId(id).hidden = rows.length === 0;
  setText(byId(`${id}-empty`), empty);
  byId(`${id}-empty`).hidden = rows.length > 0;
}

function makeRow() {
  return element("tr", {},
    element("th", { scope: "row" }, element("span"), element("span", { className: "code" })),
    element("td", {}, bar()),
    element("td", { className: "number" }));
}
