// The configuration in force: what differs from the defaults, or everything. /config answers on loopback alone.

import { byId, element, fill, setText } from "/page/dom.js";

export class Config {
  constructor() {
    this.entries = [];
    byId("config-all").addEventListener("change", () => this.render());
  }

  show(snapshot) {
    const generation = `${snapshot.started} ${snapshot.reloads}`;
    if (generation === this.generation)
      return;
    this.generation = generation;
    this.load();
  }

  async load() {
    try {
      const answer = await fetch("/config");
      if (answer.ok) {
        this.entries = Object.entries(await answer.json());
        this.render();
      } else {
        say(`The configuration is shown ${await answer.text()}`);
      }
    } catch {
      this.generation = null;
    }
  }

  render() {
    const all = byId("config-all").checked;
    const shown = this.entries.filter(([, { from }]) => all || from !== "default");
    fill(byId("config").tBodies[0], shown, makeRow, (tr, [key, { value, from }]) => {
      setText(tr.children[0], key);
      setText(tr.children[1], Array.isArray(value) ? value.map(text).join(", ") : text(value));
      setText(tr.children[2], from);
    });
    say(shown.length === 0 ? `All ${this.entries.length} keys are at their defaults.` : "");
  }
}

const text = value => typeof value === "string" ? value : JSON.stringify(value);

function say(line) {
  byId("config-words").replaceChildren(...line === "" ? [] : [element("p", { textContent: line })]);
}

function makeRow() {
  return element("tr", {}, element("th", { scope: "row" }), element("td"), element("td"));
}
