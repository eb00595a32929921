// @ts-check
// One set-up at a time in a checkout: a lock file that holds the owner's process number, so that a dead owner's lock is taken over.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Waits for the lock and takes it.
 * @param {string} path
 * @returns {Promise<() => void>} gives it back
 */
export async function holdLock(path) {
  let said = false;
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      const release = () => rmSync(path, { force: true });
      process.once("exit", release);
      return release;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    }
    const owner = Number(read(path));
    if (!isAlive(owner)) {
      rmSync(path, { force: true });
      continue;
    }
    if (!said)
      process.stderr.write(`Another set-up of this checkout is running (process ${owner}); waiting for it ...\n`);
    said = true;
    await pause(200);
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // released this moment
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
