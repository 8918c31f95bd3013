import { assigned, make } from "./dom.js";

const clauses = (found) =>
  make("ul", { class: "clauses" }, found.map((one) => make("li", {}, make("b", {}, one.clause), one.text ? ` ${one.text}` : "")));

function wrong(said) {
  const rows = said.diagnostics
    .filter((one) => one.severity === "error")
    .map((one) => make("li", {}, make("b", {}, `Line ${one.line}`), ` ${one.message}`, one.help ? make("small", {}, one.help) : null));
  return [make("p", { class: "lead" }, "The riddle has mistakes."), make("ul", { class: "clauses" }, rows)];
}

function solutions(said) {
  const names = Object.keys(said.solutions[0] ?? {});
  if (!names.length || said.verdict === "unsatisfiable") return null;
  const head = make("tr", {}, names.map((name) => make("th", { scope: "col" }, name)));
  const rows = said.solutions.map((one) => make("tr", {}, names.map((name) => make("td", {}, String(one[name])))));
  const more = said.count === null || said.count > rows.length ? make("p", { class: "note" }, `The first ${rows.length} are shown.`) : null;
  return [make("div", { class: "scroll", tabindex: "0" }, make("table", {}, make("thead", {}, head), make("tbody", {}, rows))), more];
}

function verdict(said) {
  const parts = [make("p", { class: `lead ${said.verdict === "unsatisfiable" ? "bad" : ""}` }, `${said.headline[0].toUpperCase()}${said.headline.slice(1)}.`)];
  if (said.measured) parts.push(make("p", { class: "note" }, "Measurements say nothing here; only the clauses of logic are decided."));
  if (said.core.length)
    parts.push(make("p", {}, "In conflict; without any one of them the rest could be fulfilled:"), clauses(said.core));
  const free = Object.entries(said.free);
  if (free.length && said.count !== 1)
    parts.push(make("ul", { class: "clauses" }, free.map(([name, values]) => make("li", {}, make("b", {}, name), ` can be ${values.join(", ")}`))));
  parts.push(...[solutions(said)].flat());
  if (said.redundant.length) parts.push(make("p", {}, "The other clauses imply:"), clauses(said.redundant));
  return parts.filter(Boolean);
}

function explanation(said) {
  const rows = said.clauses.map((one) =>
    make("li", {}, make("b", {}, one.clause), make("q", {}, one.text), make("p", {}, `${one.reading}.`), make("code", {}, one.core.join("; "))),
  );
  return [
    make("p", { class: "lead" }, "How every clause was read"),
    make("ol", { class: "readings" }, rows),
    make("details", {}, make("summary", {}, "The whole in the core language"), make("pre", { tabindex: "0" }, said.core)),
  ];
}

function why(said) {
  return [
    make("p", { class: "lead" }, "Step by step, as a person would find it"),
    make("ol", { class: "steps" }, said.steps.map((one) => make("li", {}, one))),
    make("p", { class: "end" }, said.end),
  ];
}

/** What the server answered to a question, as elements. */
export function answered(said) {
  switch (said.event) {
    case "wrong":
      return wrong(said);
    case "verdict":
      return verdict(said);
    case "explanation":
      return explanation(said);
    case "why":
      return why(said);
    case "unsatisfiable":
      return [
        make("p", { class: "lead bad" }, "No digits fulfil every clause."),
        make("p", {}, "In conflict; without any one of them the rest could be fulfilled:"),
        clauses(said.core),
      ];
    case "cancelled":
      return [make("p", { class: "lead" }, "Cancelled.")];
    default:
      return [make("p", { class: "lead bad" }, said.message ?? "This did not work.")];
  }
}

/** In a line, for those who hear the page. */
export const spoken = (answer) => (Object.keys(answer).length ? `The answer is ${assigned(answer)}.` : "Solved.");
