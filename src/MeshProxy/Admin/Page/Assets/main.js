// One snapshot a second arrives as a server-sent event; each part of the page takes from it what it shows.

import { byId, setText } from "/page/dom.js";
import { Backends } from "/page/backends.js";
import { Breakdowns } from "/page/breakdowns.js";
import { Config } from "/page/config.js";
import { Destinations } from "/page/destinations.js";
import { Ends } from "/page/ends.js";
import { bytes, duration } from "/page/format.js";
import { Redirect } from "/page/redirect.js";
import { Stream } from "/page/stream.js";
import { Tiles } from "/page/tiles.js";

const parts = [new Tiles(), new Destinations(), new Backends(), new Ends(), new Breakdowns(), new Redirect(), new Config()];
const choices = [...document.querySelectorAll("#direction input")];
let latest = null;

const direction = () => choices.find(choice => choice.checked).value;

function show() {
  if (latest === null)
    return;
  for (const part of parts)
    part.show(latest, direction());
  const { version, revision, phase, process, now, started } = latest;
  setText(byId("version"), revision ? `${version} (${revision.slice(0, 9)})` : version);
  setText(byId("phase"), phase);
  byId("phase").dataset.phase = phase;
  setText(byId("process"),
    `up ${duration((now - started) / 1000)} · ${bytes(process.resident)} · ${(process.cpu * 100).toFixed(1)} % of a core · ${process.descriptors} of ${process.mostDescriptors} descriptors`);
}

new Stream(
  snapshot => {
    for (const part of parts)
      part.take?.(snapshot);
    latest = snapshot;
    show();
  },
  () => {
    for (const part of parts)
      part.restart?.();
  });

byId("direction").addEventListener("change", show);

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(input|textarea|select)$/i.test(event.target.tagName) && event.target.type !== "radio")
    return;
  if (event.key === "/") {
    event.preventDefault();
    byId("filter").focus();
  } else if ("123".includes(event.key)) {
    choices[Number(event.key) - 1].checked = true;
    show();
  }
});
