// The last connections that did not end cleanly, in words.

import { byId, element, fill, setText } from "/page/dom.js";
import { bytes, clock, duration } from "/page/format.js";

const labels = [null, null, null, "sent", "received", "lasted"];

export class Ends {
  constructor() {
    this.body = byId("ends").tBodies[0];
  }

  show(snapshot, direction) {
    const shown = snapshot.ends.filter(end => direction === "both" || end.direction === direction);
    fill(this.body, shown, makeRow, updateRow);
    byId("ends-empty").hidden = shown.length > 0;
  }
}

function makeRow() {
  const cells = labels.map((label, i) => {
    const cell = element("td", { className: i > 2 ? "number" : "" });
    if (label)
      cell.dataset.label = label;
    return cell;
  });
  cells[2].append(element("span"), " ", element("span", { className: "code" }));
  return element("tr", {}, ...cells);
}

function updateRow(tr, end) {
  const [when, destination, what, sent, received, lasted] = tr.children;
  setText(when, clock(end.at));
  setText(destination, end.destination);
  setText(what.firstElementChild, `${end.direction} ${end.protocol}${end.detail ? ` (${end.detail})` : ""}, ${end.phase}: ${end.cause}`);
  setText(what.lastElementChild, [end.reason, end.errno, `by ${end.by}`].filter(word => word !== "").join(" · "));
  setText(sent, bytes(end.sent));
  setText(received, bytes(end.received));
  setText(lasted, duration(end.seconds));
}
