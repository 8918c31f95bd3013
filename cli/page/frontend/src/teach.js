import { ask, by, make, percent, send } from "./dom.js";

const ENDS = new Set(["taught", "failed", "cancelled", "wrong"]);
/** What a picture is picked as; a click goes to the next. */
const NOT = 0, YES = 1, OUT = 2;
const PRESSED = ["false", "true", "mixed"];
const ENOUGH = 50, LEAST = 5;

/** Teaching a word: pictures to pick from, the lesson, what was learned. `used` hears of a sentence to be written. */
export function teach(about, used) {
  const grid = by("teach-grid"), said = by("teach-said"), word = by("teach-word"), kind = by("teach-kind");
  const state = { size: 60, sheets: 0, next: 0, picked: new Map(), source: null, key: null };

  const name = () => word.value.trim().toLowerCase();
  const shown = () => name() || "so";

  function words(place) {
    return [`not ${shown()}`, shown(), "left out"][state.picked.get(place)];
  }

  function mark(button) {
    const place = Number(button.dataset.place);
    button.setAttribute("aria-pressed", PRESSED[state.picked.get(place)]);
    button.setAttribute("aria-label", `Picture ${place + 1}: ${words(place)}`);
  }

  function count() {
    const of = [0, 0, 0];
    for (const one of state.picked.values()) of[one] += 1;
    const left = of[OUT] ? `, ${of[OUT]} left out` : "";
    by("teach-count").textContent = `${of[YES]} ${shown()}, ${of[NOT]} not${left}. ${of[YES] < ENOUGH ? `${ENOUGH} of each are a good number.` : "That is a good number."}`;
    by("teach-learn").disabled = Boolean(state.source) || !name() || of[YES] < LEAST || of[NOT] < LEAST;
  }

  function pick(button) {
    const place = Number(button.dataset.place);
    state.picked.set(place, (state.picked.get(place) + 1) % 3);
    mark(button);
    count();
  }

  function go(to) {
    if (!to) return;
    for (const one of grid.querySelectorAll("button")) one.tabIndex = one === to ? 0 : -1;
    to.focus();
  }

  grid.addEventListener("keydown", (event) => {
    const all = [...grid.querySelectorAll("button")], at = all.indexOf(event.target);
    if (at < 0) return;
    const across = all.findIndex((one) => one.offsetTop > all[0].offsetTop);
    const row = across < 0 ? all.length : across;
    const step = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + row, ArrowUp: at - row, Home: 0, End: all.length - 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    go(all[step]);
  });

  async function more() {
    if (state.next >= state.sheets) return;
    by("teach-more").disabled = true;
    said.textContent = "Drawing …";
    try {
      const number = state.next, of = kind.value;
      const drawn = (await ask(`/api/drawn/${of}/${number}`)).pictures;
      if (!drawn) throw new Error("The pictures could not be drawn. Try again.");
      if (of !== kind.value) return;
      state.next += 1;
      const buttons = drawn.map((source, at) => {
        const place = number * state.size + at;
        state.picked.set(place, NOT);
        const button = make("button", { type: "button", "data-place": place, tabindex: -1, click: () => pick(button) }, make("img", { src: source, alt: "" }));
        mark(button);
        return make("li", {}, button);
      });
      grid.append(...buttons);
      said.textContent = "";
      const first = buttons[0].firstChild;
      if (number) go(first);
      else first.tabIndex = 0;
      count();
    } catch (error) {
      said.textContent = error.message;
    } finally {
      by("teach-more").disabled = state.next >= state.sheets;
    }
  }

  function begin() {
    Object.assign(state, { next: 0, picked: new Map() });
    grid.replaceChildren();
    count();
    return more();
  }

  function known(taught) {
    by("teach-words").replaceChildren(
      ...taught.map((one) => {
        const forget = async () => {
          try {
            known((await ask(`/api/words/${encodeURIComponent(one.name)}`, { method: "DELETE" })).words);
            said.textContent = `${one.name} is forgotten.`;
            word.focus();
          } catch (error) {
            said.textContent = error.message;
          }
        };
        const use = () => (by("teach").close(), used(one));
        const { accuracy, accuracy_low: low, accuracy_high: high } = one.figures;
        return make("li", {}, make("strong", {}, one.name), make("span", {}, `${percent(accuracy)} right on pictures held out (${percent(low)} to ${percent(high)})`),
          make("button", { type: "button", click: use, "aria-label": `Write ${one.name} in the riddle` }, "Write it"),
          make("a", { class: "button", href: `/api/words/${encodeURIComponent(one.name)}.zip`, download: "taught.zip", "aria-label": `Download ${one.name}` }, "Download"),
          make("button", { type: "button", click: forget, "aria-label": `Forget ${one.name}` }, "Forget"));
      }),
    );
    by("teach-known").hidden = !taught.length;
  }

  function stop(message) {
    state.source?.close();
    state.source = null;
    by("teach-progress").hidden = true;
    by("teach-cancel").hidden = true;
    said.textContent = message;
    count();
  }

  function take(told) {
    if (told.event === "waiting") said.textContent = told.place > 1 ? `Waiting, ${told.place - 1} before.` : "Waiting for a free process.";
    if (told.event === "begun") said.textContent = "Learning …";
    if (told.event === "learning") {
      Object.assign(by("teach-progress"), { hidden: false, max: told.total, value: told.done });
      by("teach-left").textContent = told.line;
    }
    if (!ENDS.has(told.event)) return;
    by("teach-left").textContent = "";
    if (told.event !== "taught") {
      stop(told.event === "cancelled" ? "Cancelled." : `${told.message ?? "This did not work."}`);
      return;
    }
    stop(`${told.name} is learned: a riddle can say “x is ${told.name}” now.`);
    by("teach-result").replaceChildren(
      ...told.lines.map((one) => make("li", {}, one)),
      ...told.warnings.map((one) => make("li", { class: "warning" }, make("b", {}, "Warning: "), one)),
    );
    const look = () => by("teach-words").scrollIntoView({ block: "nearest" });
    ask("/api/about").then((now) => (known(now.words), look()), () => {});
  }

  async function learn() {
    if (state.source) return;
    const of = (wanted) => [...state.picked].filter(([, one]) => one === wanted).map(([place]) => place);
    by("teach-result").replaceChildren();
    said.textContent = "Sent.";
    by("teach-learn").disabled = true;
    try {
      state.key = (await send("/api/words", { word: name(), kind: kind.value, yes: of(YES), no: of(NOT) })).key;
    } catch (error) {
      stop(error.message);
      return;
    }
    by("teach-cancel").hidden = false;
    state.source = new EventSource(`/api/solves/${state.key}/events`);
    state.source.onmessage = (event) => take(JSON.parse(event.data));
    state.source.onerror = () => {
      if (state.source?.readyState === EventSource.CLOSED) stop("The connection to the server was lost.");
    };
  }

  by("open-teach").addEventListener("click", () => {
    by("teach").showModal();
    word.focus();
    if (!state.next) about.then(begin, (error) => (said.textContent = error.message));
  });
  by("teach-more").addEventListener("click", more);
  by("teach-learn").addEventListener("click", learn);
  by("teach-cancel").addEventListener("click", () => ask(`/api/solves/${state.key}`, { method: "DELETE" }).catch((error) => (said.textContent = error.message)));
  kind.addEventListener("change", begin);
  word.addEventListener("input", () => {
    for (const one of grid.querySelectorAll("button")) mark(one);
    count();
  });
  about.then(
    (told) => {
      Object.assign(state, { size: told.sheet, sheets: told.sheets });
      kind.replaceChildren(...told.kinds.map((one) => make("option", { value: one }, one)));
      known(told.words);
    },
    () => {},
  );
}
