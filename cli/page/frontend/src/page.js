import { answered } from "./answers.js";
import { gallery, pictures } from "./dialogs.js";
import { ask, by, make, send } from "./dom.js";
import { editor } from "./editor.js";
import { packed, unpacked } from "./share.js";
import { Solving } from "./solving.js";
import { tabs } from "./tabs.js";
import { teach } from "./teach.js";

const FIRST = `There are three numbers:
I. The first number is odd.
II. The second is two larger than the first.
III. The first plus the second equal the third.
IV. The third number is not a seven.
V. It also contains no closed circle.
`;
const KEPT = "oedipus-riddle";
const ASKED = { verdict: "Deciding …", explain: "Reading …", why: "Looking for the steps …" };

const given = (await unpacked(location.hash)) ?? sessionStorage.getItem(KEPT) ?? FIRST;
/** The text that each tab's answer is about. */
const answersOf = new Map();

async function question(name) {
  if (!(name in ASKED)) return;
  const text = page.text, panel = by(`panel-${name}`);
  if (answersOf.get(name) === text) return;
  answersOf.set(name, text);
  panel.setAttribute("aria-busy", "true");
  panel.replaceChildren(make("p", { class: "note" }, ASKED[name]));
  let parts;
  try {
    parts = answered(await send(`/api/ask/${name}`, { text }));
  } catch (error) {
    answersOf.delete(name);
    parts = [make("p", { class: "lead bad" }, error.message)];
  }
  if (answersOf.get(name) === text || !answersOf.has(name)) {
    panel.replaceChildren(...parts);
    panel.removeAttribute("aria-busy");
  }
}

const select = tabs(question);
const solving = new Solving(select);
const seed = () => {
  const value = by("seed").valueAsNumber;
  return Number.isInteger(value) && value >= 0 ? value : 0;
};
const solve = () => solving.begin(page.text, seed());

const page = editor(given, {
  solve,
  changed: (text) => sessionStorage.setItem(KEPT, text),
});
by("panel-result").replaceChildren(
  make("p", { class: "lead" }, "Write a riddle, or take one of the library’s, and press Solve."),
  make("p", {}, "Networks that were never trained on riddles draw digits and read them. Solving looks for pictures that fulfil every clause, and tells how certain it is."),
  make("p", { class: "note" }, "Ctrl+Enter solves, Ctrl+Space completes, F8 goes to the next mistake."),
);
by("solve").addEventListener("click", solve);
by("cancel").addEventListener("click", () => solving.cancel());
by("share").addEventListener("click", async () => {
  history.replaceState(null, "", `#${await packed(page.text)}`);
  const copied = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
  by("status").textContent = copied ? "The link is copied; the riddle is in it." : "The link is in the address bar; the riddle is in it.";
});
window.addEventListener("hashchange", async () => {
  const text = await unpacked(location.hash);
  if (text !== null && text !== page.text) page.text = text;
});
gallery((one) => {
  page.text = one.text;
  history.replaceState(null, "", location.pathname);
  by("status").textContent = `${one.title} is in the editor.`;
  select("result");
  page.focus();
});
const about = ask("/api/about");
pictures(about);
teach(about, (one) => {
  page.text = `${one.kind} x\nx is ${one.name}\n`;
  by("status").textContent = `${one.name} is in the editor.`;
  page.focus();
});
