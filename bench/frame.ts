// The frame of every benchmark: what a benchmark and a peer are, fair rounds, medians, and rows whose ratio means the same everywhere.
//
// A shared machine drifts by tens of percent within minutes, so a number alone says little. Ours and the peers take turns within one run
// (`interleave`), each figure is the median over the rounds, and what is reported is their ratio: above 1, ours is better, whether the
// unit is a time or a rate.

/** One line of a result: a case measured for us and for each peer that was there. */
export interface BenchRow {
  case: string;
  threads: number;
  metric: string;
  unit: string;
  ours: number;
  peers: Record<string, number>;
  /** Above 1: ours is better. */
  ratio: Record<string, number>;
}

/** Someone we are measured against. */
export interface Peer {
  /** What a reader should see: "PyTorch 2.13 eager, CPU". */
  title: string;
  available(): Promise<boolean>;
  /** What `--install-peers` gets, by package name and version; a peer without it must be installed by hand. */
  install?: { npm?: string[]; pip?: string[] };
}

export interface BenchContext {
  /** Repository root. */
  root: string;
  /** Names of the peers that are installed. */
  peers: string[];
  /** How often each contestant takes its turn. */
  rounds: number;
  /** Whether a case was asked for: `--case gpt,lstm`; all are when none is named. */
  wants(name: string): boolean;
  /** Thread counts to measure with: `--threads 1`; 1 and 2, where there are two cores, when none is named. */
  threads: number[];
  /** Progress for people: written to standard error. */
  log(line: string): void;
  /** Aborted by Ctrl-C: stop, close what is open, and throw. */
  signal: AbortSignal;
}

export interface Benchmark {
  name: string;
  description: string;
  peers: Record<string, Peer>;
  /** Rounds when the command line names none. */
  rounds?: number;
  run(context: BenchContext): Promise<BenchRow[]>;
}

/** The middle value; the mean of the two middle ones for an even count. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("median: expected at least one value, got none");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Lets the contestants take turns, `rounds` times each, the order rotating so that nobody is always first.
 * Each contestant returns one measurement per turn; the medians come back under its name.
 */
export async function interleave(
  contestants: Record<string, () => number | Promise<number>>,
  rounds: number,
  signal?: AbortSignal,
): Promise<Record<string, number>> {
  const names = Object.keys(contestants);
  const measured = new Map<string, number[]>(names.map(name => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      signal?.throwIfAborted();
      const name = names[(round + turn) % names.length]!;
      measured.get(name)!.push(await contestants[name]!());
    }
  }
  return Object.fromEntries(names.map(name => [name, median(measured.get(name)!)]));
}

/**
 * One row from medians that hold `ours` and some peers.
 * `better` says whether a larger or a smaller number wins; the ratio is turned accordingly.
 */
export function row(
  what: { case: string; threads?: number; metric: string; unit: string; better: "higher" | "lower" },
  medians: Record<string, number>,
): BenchRow {
  const { ours, ...peers } = medians;
  if (ours === undefined)
    throw new TypeError(`row: expected a value under "ours" for ${what.case}, got only ${Object.keys(peers)}`);
  const ratio = Object.fromEntries(
    Object.entries(peers).map(([name, value]) => [name, what.better === "higher" ? ours / value : value / ours]),
  );
  return { case: what.case, threads: what.threads ?? 1, metric: what.metric, unit: what.unit, ours, peers, ratio };
}
