// Bundles src/ into ../static/ and writes there what it was made of: the test suite compares that with what is there.
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static");
const digest = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

await build({
  entryPoints: [join(here, "src", "page.js"), join(here, "src", "page.css")],
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  legalComments: "none",
  charset: "utf8",
});
for (const name of ["index.html", "icon.svg"]) copyFileSync(join(here, "src", name), join(out, name));

const sources = ["build.mjs", "package.json", "package-lock.json"];
sources.push(...readdirSync(join(here, "src")).map((name) => `src/${name}`));
const made = readdirSync(out).filter((name) => name !== "sources.json");
const table = (root, names) => Object.fromEntries(names.sort().map((name) => [name, digest(join(root, name))]));
const record = { sources: table(here, sources), made: table(out, made) };
writeFileSync(join(out, "sources.json"), JSON.stringify(record, null, 1) + "\n");
