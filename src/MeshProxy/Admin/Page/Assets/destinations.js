// The table of destinations: one row per direction and address, filtered, sorted by any column, as many as one wants to see.

import { byId, element, fill, setClass, setText } from "/page/dom.js";
import { count, duration, latency, rate } from "/page/format.js";

const page = 50;
const directions = ["inbound", "outbound"];

// A row of the snapshot is an array in this order: a thousand objects a second would spell their names a thousand times.
function read([direction, address, protocol, decided, open, total, connectionRate, requestRate, p50, p99, errors, learned]) {
  return { direction: directions[direction], address, protocol, decided: decided.replaceAll("_", " "), open, total, connectionRate, requestRate, p50, p99, errors, learned };
}

const columns = [
  { key: "address", title: "Destination", text: row => row.address },
  { key: "direction", title: "Direction", label: "direction", text: row => row.direction },
  { key: "protocol", title: "Protocol", label: "protocol", text: row => row.protocol },
  { key: "decided", title: "Decided by", label: "decided by", text: row => row.decided },
  { key: "open", title: "Open", label: "open", number: true, text: row => count(row.open) },
  { key: "total", title: "Total", label: "total", number: true, text: row => count(row.total) },
  { key: "connectionRate", title: "Conn/s", label: "conn/s", number: true, text: row => rate(row.connectionRate) },
  { key: "requestRate", title: "Req/s", label: "req/s", number: true, text: row => rate(row.requestRate) },
  { key: "p50", title: "p50", label: "p50", number: true, text: row => latency(row.p50), hint: "Request time for HTTP, time to connect for the rest; of about the last half minute" },
  { key: "p99", title: "p99", label: "p99", number: true, text: row => latency(row.p99), hint: "Request time for HTTP, time to connect for the rest; of about the last half minute" },
  { key: "errors", title: "Errors", label: "errors", number: true, text: row => count(row.errors), bad: row => row.errors > 0, hint: "Connections that ended abnormally, and 5xx answers" },
  { key: "notes", title: "Notes", text: notes },
];

export class Destinations {
  constructor() {
    this.sort = { key: "total", descending: true };
    this.most = page;
    this.body = byId("destinations").tBodies[0];
    byId("destinations").tHead.rows[0].append(...columns.map(column => this.header(column)));
    byId("filter").addEventListener("input", () => this.refresh());
    byId("filter").addEventListener("keydown", event => this.onFilterKey(event));
    byId("sort").append(...columns.map(({ key, title }) => element("option", { value: key, textContent: title })));
    byId("sort").addEventListener("change", event => this.sortBy(event.target.value));
    byId("sort-order").addEventListener("click", () => this.sortBy(this.sort.key));
    byId("destinations-more").addEventListener("click", () => {
      this.most += 4 * page;
      this.refresh();
    });
    this.markSort();
  }

  take(snapshot) {
    const ejected = ejectedAddresses(snapshot);
    this.rows = snapshot.destinations.map(read);
    for (const row of this.rows)
      row.ejected = ejected.has(row.address);
    this.others = snapshot.others;
  }

  restart() {
    this.most = page;
  }

  show(snapshot, direction) {
    this.direction = direction;
    this.refresh();
  }

  refresh() {
    if (!this.rows)
      return;
    const words = byId("filter").value.toLowerCase().split(/\s+/).filter(word => word !== "");
    const ofDirection = this.rows.filter(row => this.direction === "both" || row.direction === this.direction);
    const matching = ofDirection.filter(row => matches(row, words));
    matching.sort(this.order());
    const shown = matching.slice(0, this.most);
    fill(this.body, shown, makeRow, updateRow);
    this.summarize(ofDirection.length, matching.length, shown.length);
  }

  summarize(all, matching, shown) {
    const others = this.others.total > 0 ? `; ${count(this.others.total)} connections to others, no longer listed` : "";
    setText(byId("destinations-count"), matching < all ? `${matching} of ${all}` : all > 0 ? `${all}${others}` : "");
    byId("destinations-empty").hidden = shown > 0;
    setText(byId("destinations-empty"), all > 0 ? "No destination matches the filter." : "No connection has come yet.");
    byId("destinations-more").hidden = shown === matching;
    setText(byId("destinations-more"), `Show more (${matching - shown})`);
  }

  order() {
    const { key, descending } = this.sort;
    const sign = descending ? -1 : 1;
    const value = key === "notes" ? row => row.learned + (row.ejected ? 1e9 : 0) : row => row[key] ?? -1;
    return (a, b) => {
      const [left, right] = [value(a), value(b)];
      return (left < right ? -sign : left > right ? sign : 0) || (a.address < b.address ? -1 : a.address > b.address ? 1 : 0);
    };
  }

  header(column) {
    const button = element("button", { type: "button", textContent: column.title, title: column.hint ?? "" });
    button.addEventListener("click", () => this.sortBy(column.key));
    column.head = element("th", { scope: "col", className: column.number ? "number" : "" }, button);
    return column.head;
  }

  // The same column again turns the order round; numbers begin with the largest.
  sortBy(key) {
    const isSame = this.sort.key === key;
    const { number } = columns.find(column => column.key === key);
    this.sort = { key, descending: isSame ? !this.sort.descending : number === true };
    this.markSort();
    this.refresh();
  }

  markSort() {
    byId("sort").value = this.sort.key;
    setText(byId("sort-order"), this.sort.descending ? "↓" : "↑");
    byId("sort-order").setAttribute("aria-label", this.sort.descending ? "Descending; turn round" : "Ascending; turn round");
    for (const { key, head } of columns) {
      if (key === this.sort.key)
        head.setAttribute("aria-sort", this.sort.descending ? "descending" : "ascending");
      else
        head.removeAttribute("aria-sort");
    }
  }

  onFilterKey(event) {
    if (event.key !== "Escape")
      return;
    event.target.value = "";
    event.target.blur();
    this.refresh();
  }
}

function notes(row) {
  const learned = row.learned > 0 ? `learned opaque, ${duration(row.learned)} left` : "";
  return [learned, row.ejected ? "ejected" : ""].filter(note => note !== "").join("; ");
}

// A destination that is also a backend which routes do not choose at the moment: those who dial it themselves still reach it.
function ejectedAddresses({ backends }) {
  return new Set(backends.filter(([, , , , condition]) => condition === 2).map(([, , , address]) => address));
}

function matches(row, words) {
  const text = `${row.address} ${row.direction} ${row.protocol} ${row.decided} ${row.learned > 0 ? "learned opaque" : ""} ${row.ejected ? "ejected" : ""} ${row.errors > 0 ? "errors" : ""}`.toLowerCase();
  return words.every(word => text.includes(word));
}

function makeRow() {
  return element("tr", {}, ...columns.map(column => {
    const cell = element("td", { className: column.number ? "number" : "" });
    if (column.label)
      cell.dataset.label = column.label;
    return cell;
  }));
}

function updateRow(tr, row) {
  for (let i = 0; i < columns.length; i++) {
    const text = columns[i].text(row);
    setText(tr.children[i], text);
    setClass(tr.children[i], "zero", text === "0" || text === "–");
    setClass(tr.children[i], "bad", columns[i].bad?.(row) ?? false);
  }
}
