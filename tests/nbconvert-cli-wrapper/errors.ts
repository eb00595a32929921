// What can go wrong with nbconvert, as types that a caller can tell apart. Each keeps what nbconvert said.

/** nbconvert is not installed where it was looked for. */
export class NbconvertNotFoundError extends Error {
  override readonly name = "NbconvertNotFoundError";
  readonly code = "NBCONVERT_NOT_FOUND";
  constructor(readonly lookedIn: string[]) {
    super(
      `nbconvert: expected an executable, found none in ${lookedIn.join(", ")}; run \`npm start\` once, or \`pip install nbconvert\`, or pass its path`,
    );
  }
}

/** An option that nbconvert would misread: caught before it starts. */
export class NbconvertOptionError extends Error {
  override readonly name = "NbconvertOptionError";
  readonly code = "NBCONVERT_OPTION";
}

/** nbconvert ran and failed; `stderr` says why in its own words. */
export class NbconvertError extends Error {
  override readonly name = "NbconvertError";
  readonly code = "NBCONVERT_FAILED";
  constructor(
    readonly command: string[],
    readonly exitCode: number | null,
    readonly signal: NodeJS.Signals | null,
    readonly stderr: string,
  ) {
    const how = exitCode === null ? `was ended by ${signal}` : `left with exit status ${exitCode}`;
    super(`nbconvert ${how}: ${lastWords(stderr)}\ncommand: ${command.join(" ")}`);
  }
}

/** The caller's AbortSignal ended it; nothing of it is left running. */
export class NbconvertCancelledError extends Error {
  override readonly name = "NbconvertCancelledError";
  readonly code = "NBCONVERT_CANCELLED";
  constructor(
    readonly command: string[],
    readonly stderr: string,
    reason: unknown,
  ) {
    super(`nbconvert was cancelled: ${reason instanceof Error ? reason.message : String(reason)}`, { cause: reason });
  }
}

// A Python traceback ends with its cause; a usage error is its last line too.
function lastWords(stderr: string): string {
  const lines = stderr
    .split("\n")
    .map(line => line.trimEnd())
    .filter(Boolean);
  return lines.at(-1) ?? "it said nothing on standard error";
}
