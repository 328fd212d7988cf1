// The last connections that did not end cleanly, in words. Ends that are alike are one row, with the newest's numbers.

import { byId, element, fill, setText, setTitle } from "/page/dom.js";
import { age, bytes, duration } from "/page/format.js";

const mostRows = 15;
const labels = [null, null, null, "sent", "received", "lasted"];

export class Ends {
  constructor() {
    this.body = byId("ends").tBodies[0];
  }

  show(snapshot, direction) {
    const shown = alike(snapshot.ends.filter(end => direction === "both" || end.direction === direction));
    fill(this.body, shown.slice(0, mostRows), makeRow, (tr, end) => updateRow(tr, end, snapshot.now));
    setText(byId("ends-count"), shown.length > mostRows ? `${mostRows} of ${shown.length} shown` : "");
    setText(byId("ends-empty"), "None so far.");
    byId("ends-empty").hidden = shown.length > 0;
  }
}

function alike(ends) {
  const groups = new Map();
  for (const end of ends) {
    const key = JSON.stringify([end.direction, end.destination, end.detail, end.phase, end.reason]);
    const group = groups.get(key);
    if (group)
      group.times++;
    else
      groups.set(key, { ...end, times: 1 });
  }
  return [...groups.values()];
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

function updateRow(tr, end, now) {
  const [when, destination, what, sent, received, lasted] = tr.children;
  setText(when, end.times > 1 ? `${age(end.at, now)} × ${end.times}` : age(end.at, now));
  setTitle(when, new Date(end.at).toISOString());
  setText(destination, end.destination);
  setText(what.firstElementChild, `${end.direction} ${end.protocol}${end.detail ? ` (${end.detail})` : ""}, ${end.phase}: ${end.cause}`);
  setText(what.lastElementChild, [end.reason, end.errno, `by ${end.by}`].filter(word => word !== "").join(" · "));
  setText(sent, bytes(end.sent));
  setText(received, bytes(end.received));
  setText(lasted, duration(end.seconds));
}
