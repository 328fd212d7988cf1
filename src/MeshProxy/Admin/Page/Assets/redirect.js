// The redirect rules with their counters; or, where this process may not read them, why not and how a person can.

import { byId, element, fill, setText } from "/page/dom.js";
import { count } from "/page/format.js";

const intervalMilliseconds = 10_000;

export class Redirect {
  show() {
    if (performance.now() < this.next)
      return;
    this.next = performance.now() + intervalMilliseconds;
    this.load();
  }

  restart() {
    this.next = 0;
  }

  async load() {
    try {
      const answer = await fetch("/redirect");
      if (answer.ok)
        this.render(await answer.json());
      else
        words([{ text: await answer.text() }]);
    } catch {
      // The stream says that the proxy is gone.
    }
  }

  render({ state, rules, problem, cure, commands, warnings }) {
    setText(byId("redirect-state"), state);
    fill(byId("redirect").tBodies[0], rules, makeRow, (tr, [chain, rule, packets]) => {
      setText(tr.children[0], chain);
      setText(tr.children[1], rule);
      setText(tr.children[2], `${count(packets)} packets`);
    });
    words([
      ...[problem, cure].filter(text => text).map(text => ({ text })),
      ...commands.map(text => ({ text, code: true })),
      ...warnings.map(text => ({ text, warning: true })),
    ]);
  }
}

function words(lines) {
  byId("redirect-words").replaceChildren(...lines.map(({ text, code, warning }) =>
    element(code ? "code" : "p", { textContent: text, className: warning ? "warning" : "" })));
}

function makeRow() {
  return element("tr", {}, element("th", { scope: "row" }), element("td"), element("td"));
}
