/**
 * Timers remember the cell that set them: what they print goes there, and after Stop none of the stopped cell's is called any
 * more, which also ends the loops of libraries that yield between steps, such as tfjs's `model.fit`.
 */
import timers from "node:timers";
import { currentCell, resumeCell } from "../session/cell";

type Callback = (...args: unknown[]) => unknown;
type Start = ((callback: Callback, ...rest: unknown[]) => unknown) & Record<symbol, unknown>;

export function installTimers(): void {
  for (const name of ["setTimeout", "setInterval", "setImmediate"] as const) wrap(globalThis, name, true);
  // A tick that asks for the next one would keep the thread for ever, even after Stop.
  wrap(process, "nextTick", false);
}

function wrap(owner: object, name: string, isTimer: boolean): void {
  const original = Reflect.get(owner, name) as Start;
  const wrapped = function (this: unknown, callback: Callback, ...rest: unknown[]) {
    if (typeof callback !== "function") return original.call(this, callback, ...rest); // Node words the error
    const cell = currentCell();
    const guarded = function (this: unknown, ...args: unknown[]) {
      if (cell.stopped) return;
      if (isTimer) resumeCell(cell);
      callback.apply(this, args);
    };
    return original.call(this, guarded, ...rest);
  };
  for (const symbol of Object.getOwnPropertySymbols(original)) {
    Object.defineProperty(wrapped, symbol, Object.getOwnPropertyDescriptor(original, symbol)!);
  }
  Object.defineProperty(wrapped, "name", { value: name });
  Reflect.set(owner, name, wrapped);
  if (isTimer) Reflect.set(timers, name, wrapped);
}
