// The event stream, and what the page says of it: live, lost, back, back as another process, refused.

import { byId, setText } from "/page/dom.js";
import { clock } from "/page/format.js";

const retryMilliseconds = 2000;
const noticeMilliseconds = 15_000;
// Snapshots come every second: a stream that is silent for so long hangs.
const silenceMilliseconds = 6000;

export class Stream {
  constructor(onSnapshot, onRestart) {
    this.onSnapshot = onSnapshot;
    this.onRestart = onRestart;
    this.started = null;
    this.lostAt = null;
    this.open();
  }

  open() {
    this.source = new EventSource("/events");
    this.source.onmessage = event => this.receive(JSON.parse(event.data));
    this.source.onerror = () => this.lose();
    this.watch();
  }

  watch() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lose(), silenceMilliseconds);
  }

  receive(snapshot) {
    this.watch();
    const isOther = this.started !== null && this.started !== snapshot.started;
    if (isOther)
      this.onRestart();
    if (this.lostAt !== null || isOther)
      this.welcome(isOther, snapshot);
    this.started = snapshot.started;
    this.lostAt = null;
    this.state("live", "live");
    this.onSnapshot(snapshot);
  }

  welcome(isOther, snapshot) {
    this.notice(isOther
      ? `The proxy was restarted at ${clock(snapshot.started)}; all counts begin again.`
      : `Connected again; ${Math.round((Date.now() - this.lostAt) / 1000)} s were missed.`);
    this.fading = setTimeout(() => this.notice(""), noticeMilliseconds);
  }

  lose() {
    this.source.close();
    clearTimeout(this.silence);
    if (this.lostAt === null) {
      this.lostAt = Date.now();
      this.notice(`Connection lost at ${clock(this.lostAt)}. What is shown is from then; trying again every ${retryMilliseconds / 1000} seconds.`);
    }
    this.state("lost", "reconnecting");
    setTimeout(() => this.ask(), retryMilliseconds);
  }

  // An event stream does not say why it was refused; an ordinary request does.
  async ask() {
    try {
      const answer = await fetch("/events?ask", { method: "HEAD", signal: AbortSignal.timeout(5000) });
      if (!answer.ok)
        this.notice(answer.headers.get("x-refused") ?? `The proxy refused the page's data (status ${answer.status}).`);
      this.open();
    } catch {
      setTimeout(() => this.ask(), retryMilliseconds);
    }
  }

  state(name, words) {
    byId("stream").dataset.state = name;
    setText(byId("stream").lastElementChild, words);
  }

  notice(words) {
    clearTimeout(this.fading);
    byId("notice").hidden = words === "";
    setText(byId("notice"), words);
  }
}
