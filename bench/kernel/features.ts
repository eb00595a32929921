// The feature table: the acceptance suite's features, run against our kernel, tslab and Deno, as Markdown for the README.
// Usage: npx tsx bench/kernel/features.ts [--kernel NAME] [--group NAME] [--features ID,ID] [--verbose]
//
// A whole run takes a quarter of an hour (a kernel without a feature is often found out by a deadline), so that verdicts are kept in
// .ftt/kernel-features.json: a run judges what it was asked for and prints the table of all that is known.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as groups from "../../tests/kernel/features";
import { type Feature, runFeature } from "../../tests/kernel/features/feature";
import { ours, peers, repository, type Target } from "../../tests/kernel/targets";

type Name = Target["name"];
type Verdict = "yes" | "no" | "not asked";
/** Feature id by kernel by verdict. */
type Verdicts = Partial<Record<Name, Record<string, Verdict>>>;

const columns: Name[] = ["ours", "tslab", "deno"];
const store = join(repository, ".ftt", "kernel-features.json");

function load(): Verdicts {
  return existsSync(store) ? (JSON.parse(readFileSync(store, "utf8")) as Verdicts) : {};
}

function save(verdicts: Verdicts): void {
  mkdirSync(dirname(store), { recursive: true });
  writeFileSync(store, JSON.stringify(verdicts, null, 1));
}

async function judge(target: Target, feature: Feature): Promise<{ verdict: Verdict; why: string }> {
  if (feature.notFor?.[target.name] !== undefined) return { verdict: "not asked", why: feature.notFor[target.name]! };
  // A peer is given a second try: nobody shall be without a feature because the machine was busy.
  const tries = target.name === "ours" ? 1 : 2;
  let why = "";
  for (let attempt = 0; attempt < tries; attempt++) {
    try {
      await runFeature(target, feature);
      return { verdict: "yes", why: "" };
    } catch (error) {
      why = (error as Error).message;
    }
  }
  return { verdict: "no", why };
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

function table(verdicts: Verdicts): string {
  const words: Record<Verdict, string> = { yes: "yes", no: "**no**", "not asked": "–" };
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const head = (title: string) => [line([title, ...columns]), line(["---", ...columns.map(() => "---")])];
  const summary: string[] = [];
  const rows: string[] = [];
  for (const group of Object.values(groups)) {
    const of = (name: Name) => group.features.map(feature => verdicts[name]?.[feature.id]);
    const count = (name: Name) => {
      const asked = of(name).filter(verdict => verdict === "yes" || verdict === "no");
      return `${asked.filter(verdict => verdict === "yes").length} of ${asked.length}`;
    };
    summary.push(line([group.title, ...columns.map(count)]));
    rows.push(line([`**${group.title}**`, ...columns.map(() => "")]));
    for (const feature of group.features) {
      const cells = columns.map(name => verdicts[name]?.[feature.id]).map(verdict => (verdict ? words[verdict] : "?"));
      rows.push(line([feature.title.replaceAll("|", "\\|"), ...cells]));
    }
  }
  return [...head(""), ...summary, "", ...head("Feature"), ...rows, ""].join("\n");
}

async function main(): Promise<void> {
  const [kernel, wanted, ids] = [option("--kernel"), option("--group"), option("--features")?.split(",")];
  const all = [await ours(), ...peers().filter(peer => peer.language === "typescript")];
  const targets = all.filter(target => kernel === undefined || target.name === kernel);
  const linesOfWhy = process.argv.includes("--verbose") ? 40 : 2;
  for (const group of Object.values(groups)) {
    if (wanted !== undefined && group.name !== wanted) continue;
    for (const feature of group.features) {
      if (ids !== undefined && !ids.includes(feature.id)) continue;
      for (const target of targets) {
        const { verdict, why } = await judge(target, feature);
        const verdicts = load();
        save({ ...verdicts, [target.name]: { ...verdicts[target.name], [feature.id]: verdict } });
        const told = why.split("\n").slice(0, linesOfWhy).join("\n    ");
        process.stderr.write(`${target.name.padEnd(6)} ${verdict.padEnd(10)} ${group.name}/${feature.id} ${told}\n`);
      }
    }
  }
  process.stdout.write(table(load()));
}

void main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
