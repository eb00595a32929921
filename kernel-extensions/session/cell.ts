/**
 * The execution of a cell, seen from the user's thread, and which one the code that runs just now belongs to: what a timer
 * prints later must still go to the cell that set it. Node's AsyncLocalStorage would follow every promise, at the price of
 * making each `await` five times slower (2.1 against 0.4 µs) and of a crash when Stop unwinds its hooks; so it is done by hand
 * where cells come back to life: in timers, and behind the guarded `await`s.
 */
import { KeyboardInterrupt } from "../evaluate/report";

export class Cell {
  /** Set by Stop: nothing that this cell started goes on. */
  stopped = false;
  /** Set when the time for `finally` blocks is over: whoever still awaits, awaits for ever. */
  frozen = false;
  /** Rejects each `await` of the cell that is waiting. */
  readonly waiting = new Set<(reason: unknown) => void>();
  private controller: AbortController | undefined;

  constructor(
    /** Serial number of the execution. */
    readonly id: number,
    /** The number shown as In [n]. */
    readonly count: number,
    readonly silent: boolean,
    readonly allowInput: boolean,
  ) {}

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.stopped) this.controller.abort(new KeyboardInterrupt());
    return this.controller.signal;
  }

  stop(): void {
    this.stopped = true;
    for (const reject of [...this.waiting]) reject(new KeyboardInterrupt());
    this.waiting.clear();
    this.controller?.abort(new KeyboardInterrupt());
  }
}

/** The cell that runs, or ran last: what no timer and no guard claims belongs to it. */
let latest = new Cell(0, 0, true, false);
/** The cell of a callback that came back to life while another one is the latest. */
let resumed: Cell | undefined;

export function currentCell(): Cell {
  return resumed ?? latest;
}

/** Begins a cell. */
export function enterCell(cell: Cell): void {
  latest = cell;
  resumed = undefined;
}

/** Forgets a callback that Stop has unwound. */
export function leaveCallbacks(): void {
  resumed = undefined;
}

/** Makes the cell the current one until the microtasks that are queued now, and those that they queue, have run. */
export function resumeCell(cell: Cell): void {
  if (cell === latest) {
    resumed = undefined;
    return;
  }
  resumed = cell;
  // The microtask runs among the others; the tick it asks for runs when all are done.
  queueMicrotask(() =>
    process.nextTick(() => {
      if (resumed === cell) resumed = undefined;
    }),
  );
}
