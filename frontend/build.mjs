// Bundles the entry points into the folder that is given, under names that hold a digest of their content,
// and compresses each once: the site answers with what the browser can unpack.
import { build } from "esbuild";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const out = process.argv[2];
const { metafile } = await build({
  entryPoints: ["editor.js", "plot.js"],
  outdir: out,
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[hash]",
  bundle: true,
  splitting: true, // a page loads only the language that its editor needs
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
});

const entries = {};
for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
  if (entryPoint) entries[basename(entryPoint, ".js")] = basename(file);
}
for (const name of readdirSync(out)) {
  if (!name.endsWith(".js")) continue;
  const content = readFileSync(join(out, name));
  writeFileSync(join(out, `${name}.gz`), gzipSync(content, { level: 9 }));
  writeFileSync(join(out, `${name}.br`), brotliCompressSync(content));
}
writeFileSync(join(out, "entries.json"), JSON.stringify({ editor: entries.editor, plot: entries.plot }));
