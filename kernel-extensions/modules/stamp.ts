/** Tells whether a file has changed without reading it: time of change to the nanosecond, size and inode. */
import { statSync } from "node:fs";

export function stampOf(path: string): string {
  const stats = statSync(path, { bigint: true });
  return `${stats.mtimeNs}:${stats.size}:${stats.ino}`;
}
