// `npm run mutants`: the table of all mutants, what the harness says to each, and what others say.
import { join } from "node:path";
import { EXIT_FAILED } from "../../cli/attempt";
import type { MutantFlags } from "../harness/commands";
import { pool } from "../harness/pool";
import { projectRoot } from "../harness/project";
import { seconds } from "../harness/report/lines";
import { chooseMutations, groupOf } from "./mutations";
import { askPeer, installPeers, type PeerName, type PeerVerdict, peerNames, peersInstalled } from "./peers";
import { kernelFolder, makeMutants, type Outcome, runMutants } from "./run-mutants";

interface Row {
  mutant: string;
  group: string;
  kind: "fault" | "harmless";
  by: string;
  ours: "caught" | "passes";
  right: boolean;
  message: string;
  peers: Partial<Record<PeerName, PeerVerdict>>;
}

export async function mutantsCommand(flags: MutantFlags, signal: AbortSignal): Promise<number> {
  const began = performance.now();
  const say = (line: string) => process.stderr.write(`${line}\n`);
  if (flags.installPeers) await installPeers();
  const folder = join(projectRoot, ".ftt", "mutants", "table");
  const mutants = await makeMutants(chooseMutations(flags.only), folder);
  let done = 0;
  const outcomes = await runMutants(mutants, folder, {
    told: ({ mutant, ms }) => say(`${++done}/${mutants.length} ${mutant.mutation.name} (${seconds(ms)})`),
  });
  const rows = outcomes.map(asRow);
  const withPeers = flags.peers !== false && peersInstalled();
  if (withPeers) {
    // Two at a time is what a small machine's cores carry without making timeouts of slowness.
    const questions = outcomes.flatMap((outcome, i) => peerNames.map(peer => ({ outcome, row: rows[i]!, peer })));
    let asked = 0;
    await pool(questions, 2, async ({ outcome, row, peer }) => {
      if (signal.aborted) throw signal.reason;
      row.peers[peer] = await askPeer(peer, outcome.mutant.notebook, kernelFolder(folder));
      say(`${++asked}/${questions.length} ${peer}: ${row.mutant}: ${row.peers[peer]}`);
    });
  }
  const missing = withPeers || flags.peers === false ? [] : [...peerNames];
  if (flags.json) process.stdout.write(`${JSON.stringify({ rows, missing }, null, 1)}\n`);
  else process.stdout.write(table(rows, withPeers, missing, performance.now() - began));
  return rows.every(({ right }) => right) ? 0 : EXIT_FAILED;
}

function asRow({ mutant, lines, right }: Outcome): Row {
  const { name, harmless, by } = mutant.mutation;
  return {
    mutant: name,
    group: groupOf(mutant.mutation),
    kind: harmless ? "harmless" : "fault",
    by: `ftt ${by}`,
    ours: lines.length > 0 ? "caught" : "passes",
    right,
    message: lines[0] ?? "",
    peers: {},
  };
}

function table(rows: Row[], withPeers: boolean, missing: string[], ms: number): string {
  const columns = ["mutant", "group", "harness", ...(withPeers ? peerNames : [])];
  const cells = rows.map(row => [
    row.mutant,
    row.group,
    `${row.ours}${row.right ? "" : " (WRONG)"}`,
    ...(withPeers ? peerNames.map(peer => row.peers[peer] ?? "not asked") : []),
  ]);
  const widths = columns.map((column, i) => Math.max(column.length, ...cells.map(row => row[i]!.length)));
  const line = (row: string[]) =>
    row
      .map((word, i) => word.padEnd(widths[i]!))
      .join("  ")
      .trimEnd();
  const body = [line(columns), widths.map(width => "-".repeat(width)).join("  "), ...cells.map(line)];
  const faults = rows.filter(({ kind }) => kind === "fault");
  const harmless = rows.filter(({ kind }) => kind === "harmless");
  const score = (name: string, caught: (row: Row) => boolean) =>
    `${name}: catches ${faults.filter(caught).length} of ${faults.length} faults, fails ${harmless.filter(caught).length} of ${harmless.length} harmless changes`;
  const scores = [
    score("the harness", row => row.ours === "caught"),
    ...(withPeers ? peerNames.map(peer => score(peer, row => row.peers[peer] !== "passes")) : []),
  ];
  const hint =
    missing.length > 0 ? [`not installed, not asked: ${missing.join(", ")} (npm run mutants -- --install-peers)`] : [];
  return `${[...body, "", ...scores, ...hint, `in ${seconds(ms)}`].join("\n")}\n`;
}
