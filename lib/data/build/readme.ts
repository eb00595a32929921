/** Renders `data/README.md` from the manifest, so that the page and the checksums cannot disagree. */
import type { Dataset, Manifest, SourcePackage } from "../store/manifest";
import { picturesOnPage } from "./contact-sheets";

const registryNames = { npm: "npm", pypi: "PyPI", debian: "Debian" } as const;

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(2)} MB`;
}

function totalBytes({ files }: Dataset): number {
  return files.reduce((total, file) => total + file.bytes, 0);
}

function sourceLine({ registry, package: name, version, platform, sha256 }: SourcePackage): string {
  const wheel = platform ? ` (wheel for \`${platform}\`)` : "";
  return `- Source: ${registryNames[registry]} package \`${name}\` ${version}${wheel}, archive SHA-256 \`${sha256}\``;
}

function renderDataset([name, dataset]: [string, Dataset]): string {
  const rows = dataset.files.map(
    file =>
      `| \`${file.path}\` | ${file.bytes.toLocaleString("en")} | \`${file.sha256}\` | ${
        file.encoding === "br" ? `\`${file.content.sha256}\`` : "the same"
      } |`,
  );
  return [
    `## ${name}`,
    "",
    `${dataset.title}. ${size(totalBytes(dataset))} on disk.`,
    "",
    ...dataset.sources.map(sourceLine),
    `- Licence: ${dataset.licence}. ${dataset.attribution}`,
    `- Changes: ${dataset.changes}`,
    "",
    ...(picturesOnPage[name] ?? []).flatMap(picture => [`![${name}](${picture})`, ""]),
    "| File | Bytes | SHA-256 of the file | SHA-256 of its content, decompressed |",
    "| --- | ---: | --- | --- |",
    ...rows,
  ].join("\n");
}

export function renderReadme(manifest: Manifest): string {
  const entries = Object.entries(manifest.datasets);
  const total = entries.reduce((sum, [, dataset]) => sum + totalBytes(dataset), 0);
  return [
    "# Data",
    "",
    "Everything that a chapter needs, so that no chapter needs the network. `ftt data build` makes these files from public npm, PyPI",
    "and Debian packages, whose versions and checksums are pinned in `lib/data/build/recipes/`, and writes this page and `manifest.json`.",
    "`ftt data verify` compares the files with the manifest; `ftt data list` says what there is. Files that end in `.br` are compressed",
    `with Brotli. All in all: ${entries.length} datasets, ${size(total)}.`,
    "",
    "What may not be passed on is not here. Licences that ask for their text to be kept have it in `licences/`; whom to credit stands with",
    "each dataset. How to load the data: `lib/data/README.md`.",
    "",
    "What the chapters trained on it lies in [`checkpoints/`](checkpoints), a folder a chapter: each one's README says what the files hold,",
    "how they were made, what they reach, and how to make them anew.",
    "",
    "| Dataset | What it is | Licence | Size |",
    "| --- | --- | --- | ---: |",
    ...entries.map(
      ([name, set]) => `| [${name}](#${name}) | ${set.title} | ${set.licence} | ${size(totalBytes(set))} |`,
    ),
    "",
    ...entries.flatMap(entry => [renderDataset(entry), ""]),
  ].join("\n");
}
