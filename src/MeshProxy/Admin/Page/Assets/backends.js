// The backends of routes: which are chosen, which are ejected or left alone and for how long. Not shown while no route names any.

import { byId, element, fill, setClass, setText } from "/page/dom.js";
import { count, duration, latency } from "/page/format.js";

const directions = ["inbound", "outbound"];

// As meshproxy_backend_state counts them.
const conditions = ["available", "left alone", "ejected", "being tried"];

const columns = [
  { title: "Backend", text: row => row.target === row.address ? row.address : `${row.target} (${row.address})` },
  { title: "Route", label: "route", text: row => row.route },
  { title: "Direction", label: "direction", text: row => row.direction },
  { title: "State", label: "state", text: state, bad: row => row.condition === "ejected" },
  { title: "In flight", label: "in flight", number: true, text: row => count(row.pending) },
  { title: "Failures", label: "failures", number: true, text: row => count(row.failures), hint: "In a row" },
  { title: "Latency", label: "latency", number: true, text: row => latency(row.latency),
    hint: "To the head of a response, averaged; – until there has been one" },
];

export class Backends {
  constructor() {
    this.table = byId("backends");
    this.table.tHead.rows[0].append(...columns.map(({ title, number, hint }) =>
      element("th", { scope: "col", className: number ? "number" : "", title: hint ?? "", textContent: title })));
  }

  show(snapshot, direction) {
    const rows = snapshot.backends.map(read).filter(row => direction === "both" || row.direction === direction);
    const ejected = rows.filter(row => row.condition === "ejected").length;
    byId("backends-section").hidden = rows.length === 0;
    setText(byId("backends-count"), [
      `${rows.length + snapshot.moreBackends}`,
      ejected > 0 ? `${ejected} ejected` : "",
      snapshot.moreBackends > 0 ? `${rows.length} shown` : "",
    ].filter(words => words !== "").join(", "));
    fill(this.table.tBodies[0], rows, makeRow, updateRow);
  }
}

function read([direction, route, target, address, condition, availableIn, pending, failures, latency]) {
  return { direction: directions[direction], route, target, address, condition: conditions[condition], availableIn, pending, failures, latency };
}

// Once its time is over, an ejected backend waits for a request that tries it.
function state({ condition, availableIn }) {
  if (availableIn > 0)
    return `${condition}, ${duration(availableIn)} left`;
  return condition === "ejected" ? "ejected, the next request tries it" : condition;
}

function makeRow() {
  return element("tr", {}, ...columns.map(({ label, number }) => {
    const cell = element("td", { className: number ? "number" : "" });
    if (label)
      cell.dataset.label = label;
    return cell;
  }));
}

function updateRow(tr, row) {
  columns.forEach((column, i) => {
    const text = column.text(row);
    setText(tr.children[i], text);
    setClass(tr.children[i], "zero", text === "0" || text === "–");
    setClass(tr.children[i], "bad", column.bad?.(row) ?? false);
  });
}
