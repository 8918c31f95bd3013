import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, toggleComment } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { diagnosticCount, forEachDiagnostic, lintKeymap, nextDiagnostic } from "@codemirror/lint";
import { formatDocument } from "@codemirror/lsp-client";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, dropCursor, highlightActiveLine, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { by, make } from "./dom.js";
import { language } from "./language.js";
import { server, wrapped } from "./server.js";

const SHOWN = 8;

/** The mistakes as a list under the text: for fingers, keyboards and screen readers, which have no hover. */
function list(view) {
  const found = [];
  forEachDiagnostic(view.state, (one, from, to) => found.push({ ...one, from, to }));
  const rows = found.slice(0, SHOWN).map((one) => {
    const line = view.state.doc.lineAt(one.from);
    const [what, ...help] = one.message.split("\n");
    const go = () => {
      view.dispatch({ selection: { anchor: one.from, head: one.to }, scrollIntoView: true });
      view.focus();
    };
    const place = make("button", { type: "button", class: "place", click: go }, `Line ${line.number}`);
    const mends = one.actions.map((action) =>
      make("button", { type: "button", class: "mend", click: () => (action.apply(view, one.from, one.to), view.focus()) }, action.name),
    );
    const said = make("span", {}, what, help.length ? make("small", {}, help.join(" ").replace(/^help: /, "")) : null);
    return make("li", { class: one.severity }, place, said, ...mends);
  });
  if (found.length > SHOWN) rows.push(make("li", {}, `and ${found.length - SHOWN} more`));
  by("mistakes").replaceChildren(...rows);
  const errors = found.filter((one) => one.severity === "error").length;
  by("mistakes-count").textContent = errors ? `${errors} mistake${errors > 1 ? "s" : ""} in the riddle` : "";
}

/** The editor with the text; `changed` hears of every change, `solve` of Ctrl+Enter. */
export function editor(text, { changed, solve }) {
  const nonce = document.querySelector("meta[name=nonce]").content;
  let said = "";
  const listed = EditorView.updateListener.of((update) => {
    if (update.docChanged) changed(update.state.doc.toString());
    const now = [];
    forEachDiagnostic(update.state, (one, from, to) => now.push(`${from} ${to} ${one.message}`));
    const key = now.join("\n");
    if (key !== said) {
      said = key;
      list(update.view);
    }
  });
  const view = new EditorView({
    parent: by("editor"),
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of({ "aria-label": "The riddle's text", spellcheck: "false", autocapitalize: "off" }),
        lineNumbers(),
        history(),
        drawSelection(),
        dropCursor(),
        highlightActiveLine(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ activateOnTyping: true }),
        placeholder("digits a, b\na = b + 7\nb is odd"),
        wrapped,
        language,
        server((message) => (by("connection").textContent = message)),
        keymap.of([
          { key: "Mod-Enter", run: () => (solve(), true) },
          { key: "Mod-/", run: toggleComment },
          { key: "F8", run: nextDiagnostic },
          ...completionKeymap,
          ...lintKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        listed,
      ],
    }),
  });
  by("format").addEventListener("click", () => {
    if (diagnosticCount(view.state)) by("status").textContent = "A text with mistakes is not formatted.";
    formatDocument(view);
    view.focus();
  });
  return {
    get text() {
      return view.state.doc.toString();
    },
    set text(value) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value }, selection: { anchor: 0 } });
    },
    focus: () => view.focus(),
  };
}
