/**
 * After Stop, nothing of the stopped cell goes on: its timers and immediates are not called any more, which also ends the
 * loops of libraries that yield between steps, such as tfjs's `model.fit`.
 */
import timers from "node:timers";
import { currentCell } from "../session/cell";

type Callback = (...args: unknown[]) => unknown;
type Start = ((callback: Callback, ...rest: unknown[]) => unknown) & Record<symbol, unknown>;

export function installTimers(): void {
  for (const name of ["setTimeout", "setInterval", "setImmediate"] as const) {
    const original = globalThis[name] as unknown as Start;
    const wrapped = (callback: Callback, ...rest: unknown[]) => {
      if (typeof callback !== "function") return original(callback, ...rest); // Node words the error
      const cell = currentCell();
      return original(
        function (this: unknown, ...args: unknown[]) {
          if (!cell.stopped) callback.apply(this, args);
        },
        ...rest,
      );
    };
    for (const symbol of Object.getOwnPropertySymbols(original)) {
      Object.defineProperty(wrapped, symbol, Object.getOwnPropertyDescriptor(original, symbol)!);
    }
    Object.defineProperty(wrapped, "name", { value: name });
    Reflect.set(globalThis, name, wrapped);
    Reflect.set(timers, name, wrapped);
  }
}
