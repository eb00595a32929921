// @ts-check
// Runs a program with its output in a log; in a terminal its newest line is shown in place, so that a long install is seen to move.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { programFailed, SetupError } from "./errors.mjs";
import { ROOT, STATE } from "./paths.mjs";

/**
 * @param {string} what    how people know it, as in "npm ci"
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, shell?: boolean }} [options]
 * @returns {Promise<void>} rejects with a SetupError that says what to do
 */
export async function runLogged(what, command, args, options = {}) {
  mkdirSync(STATE, { recursive: true });
  const logPath = join(STATE, `${what.replace(/[^a-z0-9]+/gi, "-")}.log`);
  const log = createWriteStream(logPath);
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    shell: options.shell ?? false,
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", chunk => {
      log.write(chunk);
      showLine(String(chunk));
    });
  const code = await new Promise((resolve, reject) => {
    child.once("error", error =>
      reject(new SetupError(`"${what}" could not be started (${error.message}); is ${command} installed?`)),
    );
    child.once("close", resolve);
  });
  showLine("");
  await new Promise(resolve => log.end(() => resolve(undefined)));
  if (code !== 0) throw programFailed(what, logPath);
}

/** @param {string} text */
function showLine(text) {
  if (!process.stderr.isTTY) return;
  const line = text.trimEnd().split("\n").pop() ?? "";
  const width = (process.stderr.columns ?? 80) - 4;
  process.stderr.write(`\r\x1b[2K${line && `  \x1b[2m${line.slice(0, width)}\x1b[0m`}`);
}
