/**
 * How a value is shown: by its own `Symbol.for("Jupyter.display")` method if it has one, as a tensor, a table or a picture
 * if it looks like one, by Node's inspection otherwise.
 */
import { inspect } from "node:util";
import { displayMetadataSymbol, displaySymbol, encodeBundle, type MimeBundle } from "./jupyter";
import { recordsBundle } from "./table";
import { teachInspection } from "./teach-inspection";
import { isTensorLike, tensorBundle } from "./tensor";

/** The forms of a value, and what is to be known of them, as a message or a notebook holds them. */
export interface Shown {
  data: MimeBundle;
  metadata: Record<string, unknown>;
}

export async function show(value: unknown): Promise<Shown> {
  const own = await ownBundle(value);
  if (own) return { data: encodeBundle(own), metadata: ownMetadata(value) };
  return { data: lookOf(value), metadata: {} };
}

/** What a value looks like that does not say it itself. */
function lookOf(value: unknown): MimeBundle {
  const rich = orNothing(() => (isTensorLike(value) ? tensorBundle(value) : undefined));
  if (rich) return rich;
  orNothing(() => teachInspection(value));
  const plain = inspectValue(value);
  const table = orNothing(() => recordsBundle(value));
  return table ? { ...table, "text/plain": plain } : { "text/plain": plain };
}

/** Looking at a value may throw, if it is a proxy or has a getter that does; then it is not what was looked for. */
function orNothing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

export function inspectValue(value: unknown): string {
  try {
    return inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100, colors: false });
  } catch (error) {
    return `<a value whose inspection failed: ${String(error)}>`;
  }
}

async function ownBundle(value: unknown): Promise<MimeBundle | undefined> {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return undefined;
  const method = orNothing(() => Reflect.get(value, displaySymbol) as unknown);
  if (typeof method !== "function") return undefined;
  const bundle: unknown = await method.call(value);
  if (bundle === null || typeof bundle !== "object") {
    throw new TypeError(
      `Symbol.for("Jupyter.display"): expected the method to return an object of MIME types, got ${inspect(bundle)}`,
    );
  }
  return bundle as MimeBundle;
}

/** Asked for after the forms, which it describes. */
function ownMetadata(value: unknown): Record<string, unknown> {
  const method = orNothing(() => Reflect.get(value as object, displayMetadataSymbol) as unknown);
  const metadata: unknown = typeof method === "function" ? method.call(value) : {};
  if (metadata === undefined) return {};
  if (metadata === null || typeof metadata !== "object") {
    throw new TypeError(
      `Symbol.for("Jupyter.display.metadata"): expected the method to return an object of MIME types, got ${inspect(metadata)}`,
    );
  }
  return metadata as Record<string, unknown>;
}
