// Builds what parts.json lists into the service's static folder and writes the manifest beside it. Run by `make vendor`.
//
// A part is either files of a package, copied as they are, or a module of ours, bundled with what it imports.
// A bundle whose module does not exist is left out.

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../service/zielgraph/web/static/vendor");
const modules = join(here, "node_modules");
const read = (path) => JSON.parse(readFileSync(path, "utf-8"));
const described = (name) => read(join(modules, name, "package.json"));

function copied(part) {
  const { version, license } = described(part.package);
  const text = `${part.folder}/${basename(part.licence_text)}`;
  cpSync(join(modules, part.package, part.licence_text), join(target, text));
  return part.copy.map((file) => {
    const path = `${part.folder}/${basename(file)}`;
    cpSync(join(modules, part.package, file), join(target, path));
    return { ...part, path, packages: [`${part.package} ${version}`], licences: [license], licence_text: text };
  });
}

async function bundled(part) {
  if (!existsSync(join(here, part.bundle))) return [];
  const { build } = await import("esbuild");
  const path = `${part.folder}/${part.bundle}`;
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: [part.bundle],
    outfile: join(target, path),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2021",
    legalComments: "none", // all licence texts lie beside the bundle
    metafile: true,
  });
  const inputs = Object.values(metafile.outputs)[0].inputs;
  const inside = Object.keys(inputs).filter((name) => inputs[name].bytesInOutput > 0);
  const names = inside.map((name) => name.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]).filter(Boolean);
  const found = [...new Set(names)].sort().map((name) => ({ ...described(name), text: licenceText(name) }));
  const text = `${part.folder}/LICENSES.txt`;
  writeFileSync(
    join(target, text),
    found.map((each) => `${each.name} ${each.version} (${each.license})\n\n${each.text.trim()}\n`).join("\n---\n\n"),
  );
  const packages = found.map((each) => `${each.name} ${each.version}`);
  const licences = [...new Set(found.map((each) => each.license))].sort();
  return [{ ...part, path, packages, licences, licence_text: text }];
}

function licenceText(name) {
  const folder = join(modules, name);
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (!file) throw new Error(`${name} has no licence text`);
  return readFileSync(join(folder, file), "utf-8");
}

function entry(file) {
  const bytes = readFileSync(join(target, file.path));
  return [
    "[[file]]",
    `path = ${JSON.stringify(file.path)}`,
    `packages = ${JSON.stringify(file.packages)}`,
    `licences = ${JSON.stringify(file.licences)}`,
    `licence_text = ${JSON.stringify(file.licence_text)}`,
    `sha256 = "${createHash("sha256").update(bytes).digest("hex")}"`,
    `bytes = ${statSync(join(target, file.path)).size}`,
    `used_in = ${JSON.stringify(file.used_in)}`,
    "",
  ].join("\n");
}

rmSync(target, { recursive: true, force: true });
const files = [];
for (const part of read(join(here, "parts.json"))) {
  mkdirSync(join(target, part.folder), { recursive: true });
  files.push(...(part.bundle ? await bundled(part) : copied(part)));
  if (readdirSync(join(target, part.folder)).length === 0) rmSync(join(target, part.folder), { recursive: true });
}
const head = "# Written by `make vendor` from assets/parts.json. Front-end parts of others, as they were built and checked.\n\n";
writeFileSync(join(target, "manifest.toml"), head + files.map(entry).join("\n"));
console.log(files.map((file) => `${file.path}: ${file.packages.join(", ")}`).join("\n"));
