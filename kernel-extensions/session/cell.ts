/**
 * The execution of a cell, seen from the user's thread. Node's AsyncLocalStorage carries it through every callback and promise
 * that the cell starts, so that what a timer prints an hour later still goes to the cell that set it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { KeyboardInterrupt } from "../evaluate/report";

export class Cell {
  /** Set by Stop: nothing that this cell started goes on. */
  stopped = false;
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
    this.controller?.abort(new KeyboardInterrupt());
    for (const reject of [...this.waiting]) reject(new KeyboardInterrupt());
    this.waiting.clear();
  }
}

const storage = new AsyncLocalStorage<Cell>();

/** What runs before the first cell, or after it in callbacks that no cell started, belongs to this one. */
let latest = new Cell(0, 0, true, false);

export function currentCell(): Cell {
  return storage.getStore() ?? latest;
}

export function runInCell<T>(cell: Cell, action: () => T): T {
  latest = cell;
  return storage.run(cell, action);
}
