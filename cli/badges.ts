// `ftt badges`: the links with which others open the course on hosted services. All of them name the repository's public address, and so do
// the two notebooks that clone it; package.json's `repository` is the one place that holds it, and this command brings the rest in line.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { printJson } from "./attempt";
import { examples } from "./help";

const ROOT = join(__dirname, "..");
/** Files with a block between these two comments, which holds the badges. */
const WITH_BLOCK = ["README.md", "docs/hosted.md"];
const BEGIN = "<!-- badges: written by ftt badges -->";
const END = "<!-- /badges -->";
/** Notebooks whose first code cell sets REPO. */
const WITH_REPO = ["notebooks/colab-setup.ipynb", "notebooks/kaggle-launcher.ipynb"];
const REPO_LINE = /REPO = \\"[^"\\]*\\"/;

export function registerBadges(program: Command): void {
  const command = program
    .command("badges")
    .description("print the links that open the course in Codespaces, Colab, Kaggle and Binder")
    .argument("[repository]", "its address, as in https://github.com/OWNER/NAME (default: package.json's repository)")
    .option("--write", "keep the address in package.json, and write it into the notebooks and the pages that use it")
    .option("--json", "print them as JSON: { repository, badges: [{ title, picture, link }], changed: [file] }")
    .action((address: string | undefined, { write, json }: { write?: boolean; json?: boolean }) => {
      const repository = parseRepository(address ?? repositoryOf(ROOT));
      const changed = write ? writeAddress(ROOT, repository) : [];
      if (json) {
        printJson({ repository, badges: links(repository), changed });
        return;
      }
      for (const file of changed) process.stdout.write(`wrote ${file}\n`);
      process.stdout.write(`${badges(repository)}\n`);
      if (write)
        process.stdout.write("Save the notebook's output again: npm run ftt -- test -u notebooks/colab-setup.ipynb\n");
    });
  examples(
    command,
    ["ftt badges", "for the repository that package.json names"],
    [
      "ftt badges https://github.com/OWNER/NAME --write",
      "once the address is known: brings all pages and notebooks in line",
    ],
  );
}

export interface Repository {
  owner: string;
  name: string;
}

/** The address in package.json, or undefined where none is kept yet. */
export function repositoryOf(root: string): string | undefined {
  const { repository } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    repository?: string | { url: string };
  };
  return typeof repository === "object" ? repository.url : repository;
}

export function parseRepository(address: string | undefined): Repository {
  if (!address)
    throw new Error(
      "badges: the repository's public address is not known yet; give it once: ftt badges https://github.com/OWNER/NAME --write",
    );
  const found = address.match(/^(?:git\+)?https:\/\/github\.com\/([\w-]+)\/([\w.-]+?)(?:\.git)?\/?$/);
  if (found) return { owner: found[1]!, name: found[2]! };
  throw new Error(
    `badges: expected an address such as https://github.com/OWNER/NAME, since the services open GitHub's, got "${address}"`,
  );
}

export interface Link {
  title: string;
  picture: string;
  link: string;
}

/** Which service opens what. */
export function links({ owner, name }: Repository): Link[] {
  const at = `${owner}/${name}`;
  const notebooks = `${at}/blob/main/notebooks`;
  return [
    {
      title: "Open in GitHub Codespaces",
      picture: "https://github.com/codespaces/badge.svg",
      link: `https://codespaces.new/${at}`,
    },
    {
      title: "Open in Colab",
      picture: "https://colab.research.google.com/assets/colab-badge.svg",
      link: `https://colab.research.google.com/github/${notebooks}/colab-setup.ipynb`,
    },
    {
      title: "Open in Kaggle",
      picture: "https://kaggle.com/static/images/open-in-kaggle.svg",
      link: `https://kaggle.com/kernels/welcome?src=https://github.com/${notebooks}/kaggle-launcher.ipynb`,
    },
    {
      title: "Open in Binder",
      picture: "https://mybinder.org/badge_logo.svg",
      link: `https://mybinder.org/v2/gh/${at}/main?urlpath=lab/tree/notebooks/index.ipynb`,
    },
  ];
}

/** The badges in Markdown, one a line. */
export function badges(repository: Repository): string {
  return links(repository)
    .map(({ title, picture, link }) => `[![${title}](${picture})](${link})`)
    .join("\n");
}

/** Writes the address wherever it is named; returns the files that changed. */
export function writeAddress(root: string, repository: Repository): string[] {
  const url = `https://github.com/${repository.owner}/${repository.name}`;
  const changed: string[] = [];
  const edit = (file: string, change: (text: string) => string) => {
    const path = join(root, file);
    const before = readFileSync(path, "utf8");
    const after = change(before);
    if (after === before) return;
    writeFileSync(path, after);
    changed.push(file);
  };
  edit("package.json", text => {
    const { repository: _before, ...rest } = JSON.parse(text) as Record<string, unknown>;
    const entries = Object.entries(rest);
    const place = entries.findIndex(([key]) => key === "license") + 1;
    entries.splice(place, 0, ["repository", url]);
    return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
  });
  for (const file of WITH_REPO)
    edit(file, text => {
      if (!REPO_LINE.test(text)) throw new Error(`badges: expected a cell of ${file} to set REPO, found none`);
      return text.replace(REPO_LINE, `REPO = \\"${url}\\"`);
    });
  for (const file of WITH_BLOCK)
    edit(file, text => {
      const [start, end] = [text.indexOf(BEGIN), text.indexOf(END)];
      // A page without the block shows no badges.
      if (start < 0 || end < start) return text;
      return `${text.slice(0, start + BEGIN.length)}\n${badges(repository)}\n${text.slice(end)}`;
    });
  return changed;
}
