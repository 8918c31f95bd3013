import { answered, spoken } from "./answers.js";
import { ask, by, make, send } from "./dom.js";
import { live, result } from "./result.js";

const ENDS = new Set(["stored", "unsatisfiable", "wrong", "failed", "cancelled"]);

/** Solves one riddle at a time and shows it. */
export class Solving {
  constructor(select) {
    this.select = select;
    this.key = null;
  }

  get running() {
    return this.source !== undefined;
  }

  async begin(text, seed) {
    if (this.running) return;
    Object.assign(this, { rows: [], told: null, log: [], ended: false });
    this.say("Sent.");
    this.show([make("p", { class: "note" }, "Sent.")]);
    this.select("result");
    this.source = null;
    this.buttons();
    try {
      this.key = (await send("/api/solves", { text, seed })).key;
    } catch (error) {
      this.stop();
      this.say(error.message);
      this.show([make("p", { class: "lead bad" }, error.message)]);
      return;
    }
    this.source = new EventSource(`/api/solves/${this.key}/events`);
    this.source.onmessage = (event) => this.take(JSON.parse(event.data));
    this.source.onerror = () => {
      if (this.source?.readyState === EventSource.CLOSED) {
        this.stop();
        this.say("The connection to the server was lost.");
      }
    };
  }

  async cancel() {
    if (!this.running || !this.key) return;
    this.say("Cancelling …");
    await ask(`/api/solves/${this.key}`, { method: "DELETE" }).catch((error) => this.say(error.message));
  }

  take(told) {
    switch (told.event) {
      case "waiting":
        this.say(told.place > 1 ? `Waiting, ${told.place - 1} before.` : "Waiting for a free process.");
        break;
      case "begun":
        this.note(`solving for ${told.variables.join(", ")}`);
        this.say("Solving …");
        break;
      case "progress":
        this.rows.push(...told.rows);
        for (const [stage, iteration, alpha, elbo, score] of told.rows)
          this.note(`${stage} ${iteration}  α ${alpha.toPrecision(3)}${elbo === null ? "" : `  ELBO ${elbo.toFixed(1)}`}${score === null ? "" : `  clauses ${score.toFixed(3)}`}`);
        this.meter(`Iteration ${this.rows.length}${told.remaining ? `, ${told.remaining}` : ""}`);
        this.show(live(told, this.rows));
        break;
      case "result":
        this.told = told;
        told.text.forEach((line) => this.note(line));
        this.say(spoken(told.answer));
        this.show(result(told, this.rows, this.key, false));
        break;
      default:
        this.end(told);
    }
  }

  end(told) {
    if (!ENDS.has(told.event)) return;
    this.stop();
    if (told.event === "stored") {
      told.lost.forEach((line) => this.note(line));
      this.show(result(this.told, this.rows, this.key, true));
      return;
    }
    this.note(told.event);
    this.say({ unsatisfiable: "No digits fulfil every clause.", wrong: "The riddle has mistakes.", cancelled: "Cancelled." }[told.event] ?? told.message);
    this.show(answered(told));
  }

  stop() {
    this.source?.close();
    this.source = undefined;
    this.buttons();
  }

  buttons() {
    const had = document.activeElement === by("cancel");
    by("solve").disabled = this.running;
    by("cancel").hidden = !this.running;
    if (had && !this.running) by("solve").focus();
  }

  /** For everybody, those who hear the page too. */
  say(words) {
    by("status").textContent = words;
  }

  /** What changes several times a second is seen and not read aloud. */
  meter(words) {
    const status = by("status");
    status.setAttribute("aria-live", "off");
    status.textContent = words;
    queueMicrotask(() => status.setAttribute("aria-live", "polite"));
  }

  show(parts) {
    by("panel-result").replaceChildren(...parts);
  }

  note(line) {
    this.log.push(line);
    by("panel-log").replaceChildren(make("pre", { tabindex: "0" }, this.log.slice(-2000).join("\n")));
  }
}
