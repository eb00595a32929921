/** NPZ, NumPy's format for several arrays: a ZIP archive of NPY files, one each, named for the array. */
import { FormatError } from "../errors";
import { formatNpy, type NpyArray, type NpyValues, parseNpy } from "./npy";
import { formatZip, parseZip } from "./zip";

/**
 * Reads an NPZ file.
 *
 * @example const weights = parseNpz(await readFile("model.npz")).get("w1")!;
 * @param limit bytes that one array may take
 * @throws FormatError of format "zip" or "npy"; in the latter the offset counts within the array's own file
 */
export function parseNpz(bytes: Uint8Array, limit?: number): Map<string, NpyArray> {
  const arrays = new Map<string, NpyArray>();
  for (const { name, read } of parseZip(bytes, limit)) {
    if (!name.endsWith(".npy")) throw new FormatError("npz", 0, `expected NPY files only, found "${name}"`);
    arrays.set(name.slice(0, -4), parseNpy(read()));
  }
  return arrays;
}

/** Writes an NPZ file. */
export function formatNpz(
  arrays: Readonly<Record<string, { shape: readonly number[]; values: NpyValues }>>,
): Uint8Array {
  return formatZip(new Map(Object.entries(arrays).map(([name, array]) => [`${name}.npy`, formatNpy(array)])));
}
