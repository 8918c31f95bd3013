import { LSPClient, LSPPlugin, formatKeymap, hoverTooltips, serverCompletion } from "@codemirror/lsp-client";
import { setDiagnostics } from "@codemirror/lint";
import { EditorView, ViewPlugin, keymap } from "@codemirror/view";

const URI = "riddle://page/riddle.riddle";
const PAUSE = 150;
const WAITS = [500, 1000, 2000, 5000, 10000];
const SEVERITIES = ["error", "error", "warning", "info", "hint"];
const ALLOWED = new Set(["P", "STRONG", "EM", "CODE", "PRE", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "HR", "UL", "OL", "LI", "BR"]);

/** HTML of a hover with nothing but text, lists and tables in it. */
function harmless(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const one of [...page.body.querySelectorAll("*")]) {
    if (!ALLOWED.has(one.tagName)) one.replaceWith(...one.childNodes);
    else for (const { name } of [...one.attributes]) one.removeAttribute(name);
  }
  return page.body.innerHTML;
}

/** Tells the server of changes a moment after the last one. */
const synced = ViewPlugin.fromClass(
  class {
    update(update) {
      if (!update.docChanged) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => LSPPlugin.get(update.view)?.client.sync(), PAUSE);
    }
    destroy() {
      clearTimeout(this.timer);
    }
  },
);

function replacing(word) {
  return {
    name: `Replace by “${word}”`,
    apply: (view, from, to) => view.dispatch({ changes: { from, to, insert: word } }),
  };
}

/** What the server says of the text, underlined, each with the word that mends it. */
function published(client, params) {
  const file = client.workspace.getFile(params.uri);
  if (!file || (params.version != null && params.version !== file.version)) return true;
  const view = file.getView();
  const plugin = view && LSPPlugin.get(view);
  if (!plugin) return true;
  const place = (position) => plugin.unsyncedChanges.mapPos(plugin.fromPosition(position, plugin.syncedDoc));
  const found = params.diagnostics.map((one) => ({
    from: place(one.range.start),
    to: place(one.range.end),
    severity: SEVERITIES[one.severity ?? 1],
    message: one.message,
    actions: typeof one.data === "string" ? [replacing(one.data)] : [],
  }));
  view.dispatch(setDiagnostics(view.state, found));
  return true;
}

const reported = {
  clientCapabilities: { textDocument: { publishDiagnostics: { versionSupport: true, dataSupport: true } } },
  notificationHandlers: { "textDocument/publishDiagnostics": published },
  editorExtension: synced,
};

/** The language server's features; `told` hears whether it is there, and why not. */
export function server(told) {
  const client = new LSPClient({
    timeout: 15000,
    sanitizeHTML: harmless,
    extensions: [serverCompletion({ override: true }), hoverTooltips(), keymap.of(formatKeymap), reported],
  });
  let tries = 0;
  function connect() {
    const handlers = new Set();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/language`);
    socket.onmessage = (event) => handlers.forEach((handler) => handler(event.data));
    socket.onopen = () => {
      tries = 0;
      told("");
      client.connect({
        send: (message) => socket.send(message),
        subscribe: (handler) => handlers.add(handler),
        unsubscribe: (handler) => handlers.delete(handler),
      });
    };
    socket.onclose = (event) => {
      client.disconnect();
      if (event.code === 1009) return told(`${event.reason}. Shorten it and load the page again.`);
      const wait = WAITS[Math.min(tries++, WAITS.length - 1)];
      if (tries > 1) told(event.reason ? `No help while typing: ${event.reason}.` : "No help while typing: the server does not answer.");
      setTimeout(connect, wait);
      return undefined;
    };
  }
  connect();
  return client.plugin(URI, "riddle");
}

/** Lines of a text stay within the page. */
export const wrapped = EditorView.lineWrapping;
