// The feature table: the acceptance suite's features, run against our kernel, tslab and Deno, as Markdown for the README.
// Usage: npx tsx bench/kernel/features.ts [--group NAME] [--features ID,ID] [--only KERNEL] [--verbose]
import * as groups from "../../tests/kernel/features";
import { type Feature, runFeature } from "../../tests/kernel/features/feature";
import { ours, peers, type Target } from "../../tests/kernel/targets";

type Verdict = { held: boolean; why?: string } | "not asked";

async function judge(target: Target, feature: Feature): Promise<Verdict> {
  if (feature.notFor?.[target.name] !== undefined) return "not asked";
  try {
    await runFeature(target, feature);
    return { held: true };
  } catch (error) {
    return {
      held: false,
      why: (error as Error).message
        .split("\n")
        .slice(0, process.argv.includes("--verbose") ? 40 : 3)
        .join("\n      "),
    };
  }
}

function mark(verdict: Verdict): string {
  if (verdict === "not asked") return "–";
  return verdict.held ? "yes" : "**no**";
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

async function main(): Promise<void> {
  const only = option("--only");
  const wanted = option("--group");
  const features = option("--features")?.split(",");
  const targets = [
    ...(only === undefined || only === "ours" ? [await ours()] : []),
    ...peers().filter(p => p.language === "typescript"),
  ].filter(target => only === undefined || target.name === only);
  const lines = [
    `| Feature | ${targets.map(t => t.name).join(" | ")} |`,
    `| --- |${targets.map(() => " --- |").join("")}`,
  ];
  const summary: string[] = [];
  for (const group of Object.values(groups)) {
    if (wanted !== undefined && group.name !== wanted) continue;
    const held = new Map(targets.map(target => [target.name, 0]));
    lines.push(`| **${group.title}** |${targets.map(() => " |").join("")}`);
    for (const feature of group.features) {
      if (features !== undefined && !features.includes(feature.id)) continue;
      const verdicts: Verdict[] = [];
      for (const target of targets) {
        const verdict = await judge(target, feature);
        verdicts.push(verdict);
        if (verdict !== "not asked" && verdict.held) held.set(target.name, held.get(target.name)! + 1);
        const why = verdict === "not asked" ? "" : (verdict.why ?? "");
        process.stderr.write(
          `${target.name.padEnd(6)} ${mark(verdict).padEnd(7)} ${group.name}/${feature.id} ${why}\n`,
        );
      }
      lines.push(`| ${feature.title.replaceAll("|", "\\|")} | ${verdicts.map(mark).join(" | ")} |`);
    }
    summary.push(
      `| ${group.title} | ${targets.map(target => `${held.get(target.name)} of ${group.features.length}`).join(" | ")} |`,
    );
  }
  const head = [`| | ${targets.map(t => t.name).join(" | ")} |`, `| --- |${targets.map(() => " --- |").join("")}`];
  process.stdout.write(`${[...head, ...summary].join("\n")}\n\n${lines.join("\n")}\n`);
}

void main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
