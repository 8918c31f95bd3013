import { curves } from "./curves.js";
import { assigned, make, percent } from "./dom.js";

const picture = (source, words, kind = "") => make("img", { src: source, alt: words, class: kind });

/** The pictures as they are while a riddle is solved. */
export function live(told, rows) {
  const shown = told.pictures ?? [];
  const reading = Object.entries(told.reading ?? {}).map(([name, value]) =>
    make("div", { class: "digit" }, make("span", { class: "value" }, String(value)), make("span", { class: "name" }, name)),
  );
  const pictures = shown.map((one) =>
    make("div", { class: "row" }, make("span", { class: "name" }, one.name),
      make("div", { class: "samples" }, one.samples.map((source, at) => picture(source, `${one.name}, sample ${at + 1} as it is now`)))),
  );
  return [make("div", { class: "digits now" }, reading), ...pictures, ...curves(rows)];
}

function headline(told) {
  if (told.interrupted) return ["Cut short: this is what was found until then.", "bad"];
  if (told.satisfied === null) return ["Measured pictures, reconstructed.", ""];
  return told.satisfied ? ["This fulfils every clause.", "good"] : ["This does not fulfil every clause.", "bad"];
}

function certainty(told) {
  if (!Object.keys(told.answer).length) return `${told.samples} posterior samples.`;
  const judge = told.judged === null ? "" : `, ${percent(told.judged)} also by the judge, a network that took no part`;
  return `${percent(told.probability)} of ${told.samples} posterior samples read so${judge}.`;
}

function modes(told) {
  if (told.modes.length < 2) return null;
  const rows = told.modes.map((one) =>
    make("tr", {}, make("td", {}, assigned(one.reading)), make("td", {}, make("meter", { min: 0, max: 1, value: one.share }, percent(one.share)), ` ${percent(one.share)}`)),
  );
  const head = make("tr", {}, make("th", { scope: "col" }, "reading"), make("th", { scope: "col" }, "share"));
  return make("details", { open: told.modes[0].share < 0.9 }, make("summary", {}, "All readings"),
    make("div", { class: "scroll" }, make("table", {}, make("thead", {}, head), make("tbody", {}, rows))));
}

/** The result, with links to its files where they are `stored`. */
export function result(told, rows, key, stored) {
  const [words, tone] = headline(told);
  const digits = told.pictures.map((one) =>
    make("div", { class: "digit" }, picture(one.mean, `the mean picture of ${one.name}${one.value == null ? "" : `, which reads ${one.value}`}`, "mean"),
      one.value == null ? null : make("span", { class: "value" }, String(one.value)), make("span", { class: "name" }, one.name)),
  );
  const samples = told.pictures.map((one) =>
    make("div", { class: "row" }, make("span", { class: "name" }, one.name),
      make("div", { class: "samples" }, one.samples.map((source, at) => picture(source, `${one.name}, sample ${at + 1}`)))),
  );
  const broken = told.violated.length
    ? make("ul", { class: "clauses" }, told.violated.map((one) => make("li", {}, make("b", {}, `breaks ${one.clause}`), ` ${one.text}`)))
    : null;
  const links = stored
    ? [make("a", { class: "button", href: `/api/solves/${key}/oedipus.zip`, download: "oedipus.zip" }, "Download"),
       make("a", { class: "button", href: `/api/solves/${key}/report.html`, target: "_blank", rel: "noopener" }, "Report")]
    : [make("span", { class: "note" }, "The files are being written …")];
  return [
    make("div", { class: "digits" }, digits),
    make("p", { class: `lead ${tone}` }, words),
    make("p", {}, certainty(told)),
    broken,
    make("p", { class: "links" }, links),
    make("h3", {}, "Samples of the posterior"),
    ...samples,
    modes(told),
    ...(rows.length > 1 ? [make("details", {}, make("summary", {}, "How the search went"), curves(rows))] : []),
    make("p", { class: "note" }, `By ${told.algorithm}: ${told.why}. ${told.seconds.toFixed(1)} seconds.`),
  ].filter(Boolean);
}
