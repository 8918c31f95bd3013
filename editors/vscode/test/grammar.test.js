// The grammar as the editor's own tokeniser (vscode-textmate on Oniguruma) applies it.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

const ROOT = path.join(__dirname, "..");

async function tokenise(text) {
  const wasm = fs.readFileSync(path.join(ROOT, "node_modules", "vscode-oniguruma", "release", "onig.wasm"));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength)).catch((error) => {
    if (!/only once|already/i.test(error.message)) throw error;
  });
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (string) => new oniguruma.OnigString(string),
    }),
    loadGrammar: async () => {
      const file = path.join(ROOT, "syntaxes", "riddle.tmLanguage.json");
      return textmate.parseRawGrammar(fs.readFileSync(file, "utf8"), file);
    },
  });
  const grammar = await registry.loadGrammar("source.riddle");
  let stack = textmate.INITIAL;
  const found = [];
  for (const line of text.split("\n")) {
    const result = grammar.tokenizeLine(line, stack);
    stack = result.ruleStack;
    for (const one of result.tokens) {
      const written = line.slice(one.startIndex, one.endIndex).trim();
      if (written) found.push([written, one.scopes.at(-1).replace(/\.riddle$/, "")]);
    }
  }
  return found;
}

const CASES = [
  ["digits first, zork # two", [["digits", "storage.type"], ["first", "variable.other.declaration"],
    ["zork", "variable.other.declaration"], ["# two", "comment.line.number-sign"]]],
  ["IV. The third number is not a seven.", [["IV.", "entity.name.section"], ["third", "variable.language"],
    ["is", "keyword.operator.word"], ["not", "keyword.control"], ["seven", "constant.numeric.word"]]],
  ["parity: first is odd", [["parity:", "entity.name.section"], ["odd", "support.constant.predicate"]]],
  ["V. It also contains no closed circle.", [["It", "variable.language"], ["contains", "keyword.operator.word"],
    ["no", "keyword.control"], ["closed circle", "support.constant.predicate"]]],
  ["let n = number(a, b) + 12", [["let", "storage.type"], ["n", "variable.other.declaration"],
    ["=", "keyword.operator"], ["number", "support.function"], ["+", "keyword.operator"], ["12", "constant.numeric"]]],
  ["second = 2 * first with alpha 3", [["*", "keyword.operator"], ["with alpha", "keyword.other.alpha"]]],
  ["a is odd if and only if exactly two of b, c are even", [["if and only if", "keyword.control"],
    ["exactly", "keyword.other.quantifier"], ["two", "constant.numeric.word"]]],
  ['data y = "photo # 1.png"', [["data", "storage.type"], ['"photo # 1.png"', "string.quoted.double"]]],
  ["solution 1 3 4", [["solution", "keyword.other.setting"], ["1", "constant.numeric"]]],
  ["evidence joint", [["evidence joint", "keyword.other.setting"]]],
  ["There are three numbers:", [["There are", "storage.type"], ["three", "constant.numeric.word"]]],
];

for (const [text, expected] of CASES) {
  test(text, async () => {
    const found = (await tokenise(text)).map((one) => one.join(" → "));
    for (const one of expected) assert.ok(found.includes(one.join(" → ")), `${one.join(" → ")} in ${found.join(" | ")}`);
  });
}

test("a declaration ends with its line", async () => {
  const found = await tokenise("digits a, b\nb is odd");
  assert.deepEqual(found.at(-1), ["odd", "support.constant.predicate"]);
});
