// @ts-check
// What can go wrong in the set-up, as one sentence with its remedy. The full output of a failed program stays in a log.
import { existsSync, readFileSync } from "node:fs";

export class SetupError extends Error {
  name = "SetupError";
}

const NETWORK =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|Temporary failure in name resolution|NewConnectionError|Network is unreachable|ConnectTimeoutError|Could not fetch URL|No matching distribution found for/;
const DISK = /ENOSPC|No space left on device/;

/**
 * The error for a program that failed, read from its log.
 * @param {string} what what it was doing, as in "npm ci"
 * @param {string} log  path of the log
 */
export function programFailed(what, log) {
  const words = readFileSync(log, "utf8");
  const text = words + debugLog(words);
  if (DISK.test(text))
    return new SetupError(
      `The disk is full, so "${what}" could not finish; free about 2 GB and run this again: it goes on where it stopped.`,
    );
  if (NETWORK.test(text))
    return new SetupError(
      `"${what}" could not reach its package registry; check the network (or proxy), then run this again: it goes on where it stopped. Its log: ${log}`,
    );
  const tail = words.trimEnd().split("\n").slice(-12).join("\n");
  return new SetupError(
    `"${what}" failed. Its last lines:\n\n${tail}\n\nThe whole log: ${log}. Run this again once the cause is mended.`,
  );
}

/**
 * npm's own log, which it names when it ends. npm 10 says nothing but "Exit handler never called!" where its registry cannot be reached; why is
 * in that log alone (https://github.com/npm/cli/issues/6380).
 * @param {string} words what npm has printed
 */
function debugLog(words) {
  const [, path] = /A complete log of this run can be found in: (.+)$/m.exec(words) ?? [];
  return path && existsSync(path) ? readFileSync(path, "utf8") : "";
}
