import { by } from "./dom.js";

const NAMES = ["result", "verdict", "explain", "why", "log"];

/** Tabs by the ARIA pattern: arrows, Home and End go from one to the other. `shown` hears which one is to be seen. */
export function tabs(shown) {
  function select(name, focus = false) {
    for (const one of NAMES) {
      const tab = by(`tab-${one}`);
      tab.setAttribute("aria-selected", String(one === name));
      tab.tabIndex = one === name ? 0 : -1;
      by(`panel-${one}`).hidden = one !== name;
    }
    if (focus) by(`tab-${name}`).focus();
    shown(name);
  }
  NAMES.forEach((name, place) => {
    const tab = by(`tab-${name}`);
    tab.addEventListener("click", () => select(name));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: NAMES.length - 1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      select(NAMES[(step + NAMES.length) % NAMES.length], true);
    });
  });
  return select;
}
