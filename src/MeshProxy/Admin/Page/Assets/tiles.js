// The six numbers at the top, each with its last two minutes.

import { byId, element, setClass, setText } from "/page/dom.js";
import { bytes, count, latency, rate } from "/page/format.js";
import { Sparkline } from "/page/sparkline.js";

const longest = 120;

const tiles = [
  { title: "Open connections", value: t => [count(t.open), ""], note: t => `${count(t.opened)} since start`, series: t => t.open },
  { title: "New connections", value: t => [rate(t.connectionRate), "/s"], note: t => t.connect ? `handshake p99 ${latency(t.connect[1])}` : "", series: t => t.connectionRate },
  { title: "HTTP requests", value: t => [rate(t.requestRate), "/s"], note: t => `${count(t.inFlight)} in flight · ${count(t.requests)} in all`, series: t => t.requestRate },
  { title: "Request time, p50", value: t => t.latency ? [latency(t.latency[0]), ""] : ["–", ""], note: t => t.latency ? `p99 ${latency(t.latency[1])}` : "no request yet", series: t => t.latency ? t.latency[0] : 0 },
  { title: "Bytes relayed", value: t => [bytes(t.sentRate + t.receivedRate), "/s"], note: t => `${bytes(t.sent)} up · ${bytes(t.received)} down`, series: t => t.sentRate + t.receivedRate },
  { title: "Errors", value: t => [rate(t.errorRate), "/s"],
    note: t => `${count(t.abnormal)} abnormal · ${count(t.failedRequests)} × 5xx`, series: t => t.errorRate, alarm: t => t.errorRate > 0 },
];

export class Tiles {
  constructor() {
    this.history = [];
    this.built = tiles.map(tile => build(tile));
    byId("tiles").append(...this.built.map(tile => tile.node));
  }

  restart() {
    this.history = [];
  }

  take(snapshot) {
    this.history.push(snapshot.totals);
    if (this.history.length > longest)
      this.history.shift();
  }

  show(snapshot, direction) {
    const totals = snapshot.totals[direction];
    for (const { tile, node, value, unit, note, sparkline } of this.built) {
      const [number, suffix] = tile.value(totals);
      setText(value, number);
      setText(unit, suffix);
      setText(note, tile.note(totals));
      setClass(node, "alarm", tile.alarm?.(totals) ?? false);
      setClass(node, "errors", tile.alarm !== undefined && this.history.some(moment => tile.alarm(moment[direction])));
      sparkline.draw(this.history.map(moment => tile.series(moment[direction])));
    }
  }
}

function build(tile) {
  const sparkline = new Sparkline();
  const value = element("span");
  const unit = element("small");
  const note = element("div", { className: "note" });
  const node = element("div", { className: "tile" },
    element("h3", { textContent: tile.title }), element("div", { className: "value" }, value, unit), note, sparkline.node);
  return { tile, node, value, unit, note, sparkline };
}
