/** The names that cells have declared, for `%who` and `%reset`. */
import { Script } from "node:vm";

const names = new Set<string>();

export function addNames(declared: readonly string[]): void {
  for (const name of declared) names.add(name);
}

export function declaredNames(): { name: string; type: string }[] {
  return [...names].sort().flatMap(name => {
    const value = read(name);
    return value === undefined ? [] : [{ name, type: describe(value.value) }];
  });
}

let evaluate: (code: string) => void = () => {};

export function forgetNamesWith(repl: (code: string) => void): void {
  evaluate = repl;
}

/** V8 has no way to take a binding away; declaring it anew without a value lets go of the old one. */
export function resetNames(): void {
  if (names.size > 0) evaluate(`let ${[...names].join(", ")};`);
  names.clear();
}

function read(name: string): { value: unknown } | undefined {
  try {
    return { value: new Script(name).runInThisContext() as unknown };
  } catch {
    return undefined; // declared but never initialized, because the cell threw before
  }
}

function describe(value: unknown): string {
  if (value === null || typeof value !== "object") {
    return typeof value === "function" && /^class\b/.test(Function.prototype.toString.call(value))
      ? "class"
      : typeof value;
  }
  return (value as object).constructor?.name ?? "object";
}
