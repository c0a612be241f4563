// What a visitor's first page may weigh: the entry and all it imports at once, gzipped. Fails the build above it.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 130;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

function closure(names, seen = new Set()) {
  for (const name of names) {
    if (!seen.has(name)) {
      seen.add(name);
      closure(manifest[name].imports ?? [], seen);
    }
  }
  return seen;
}

const weigh = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length / 1000;
const entry = Object.keys(manifest).find((name) => manifest[name].isEntry);
const home = Object.keys(manifest).find((name) => name.endsWith("pages/home.tsx"));
const chunks = [...closure([entry, home].filter(Boolean))];
const js = chunks.reduce((sum, name) => sum + weigh(manifest[name].file), 0);
const css = [...new Set(chunks.flatMap((name) => manifest[name].css ?? []))].reduce(
  (sum, file) => sum + weigh(file),
  0,
);
console.log(
  `first page, gzipped: ${js.toFixed(1)} kB of scripts (budget ${BUDGET_KB}), ${css.toFixed(1)} kB of styles`,
);
if (js > BUDGET_KB) {
  console.error("The first page is over its budget: load what it does not need later, or take a dependency out.");
  process.exit(1);
}
