// A headless Chromium for the tests that look at what a student sees. playwright-core brings no browser of its own: the system's
// is used, or on a machine where that may be done (root, apt-get) the distribution's package is installed.
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function findOnPath(program: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(folder => folder !== "");
  return folders.map(folder => join(folder, program)).find(isExecutable);
}

export function findChromium(): string | undefined {
  return names.map(findOnPath).find(path => path !== undefined);
}

/** The browser's path, installing it where that is possible; undefined where it cannot be had. */
export function ensureChromium(): string | undefined {
  const found = findChromium();
  if (found !== undefined || process.getuid?.() !== 0 || findOnPath("apt-get") === undefined) return found;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update"], { env, stdio: "ignore" });
  spawnSync("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], { env, stdio: "ignore" });
  return findChromium();
}

/** Starts the browser with a fresh profile, which playwright makes and removes. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: flags, chromiumSandbox: false });
}
