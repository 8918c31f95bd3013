// Starts `oedipus language-server` for riddle files and connects the editor to it.
"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

/** @type {LanguageClient | undefined} */
let client;

async function start() {
  const [command, ...args] = vscode.workspace.getConfiguration("oedipus").get("command");
  client = new LanguageClient("oedipus", "Oedipus", { command, args }, { documentSelector: [{ language: "riddle" }] });
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    vscode.window.showErrorMessage(
      `Oedipus: '${command}' does not start (${error.message}). ` +
        "Install it with pip install -e '.[editor]' in the clone of oedipus, or set oedipus.command."
    );
  }
}

async function stop() {
  await client?.stop();
  client = undefined;
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("oedipus.restart", async () => {
      await stop();
      await start();
    })
  );
  await start();
}

module.exports = { activate, deactivate: stop };
