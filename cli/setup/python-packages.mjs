// @ts-check
// Steps: a virtual environment in the checkout with the pinned Python packages (JupyterLab, nbconvert, the Plotly renderer), and on top
// of it those that only the tests need. Nothing outside the checkout is touched.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { SetupError } from "./errors.mjs";
import { hashOf } from "./hash.mjs";
import { ROOT, VENV, venvProgram } from "./paths.mjs";
import { runLogged } from "./run-logged.mjs";

const MINIMUM = [3, 11]; // IPython 9 and JupyterLab 4.6, as pinned, need it
const REQUIREMENTS = join(ROOT, "cli", "requirements.txt");
const TEST_REQUIREMENTS = join(ROOT, "cli", "requirements-dev.txt");
const LAB_SETTINGS = join(VENV, "share", "jupyter", "lab", "settings", "overrides.json");
// JupyterLab would ask every newcomer whether to fetch news, and look for updates of a version that is pinned here.
const LAB_OVERRIDES = { "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false } };
const CANDIDATES = ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11", "py"];

/**
 * The first Python that is new enough and can make virtual environments, and the module that makes them: "venv", or "virtualenv" where
 * Python came without ensurepip, as on Colab and Kaggle, and somebody has installed it.
 * @returns {{ name: string, maker: "venv" | "virtualenv" }}
 */
function findPython() {
  const wanted = process.env.FTT_PYTHON;
  const refused = [];
  for (const name of wanted ? [wanted] : CANDIDATES) {
    const found = probe(name);
    if (!found) continue;
    const [major, minor, hasVenv, hasVirtualenv] = found;
    if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1]))
      refused.push(`${name} is ${major}.${minor}`);
    else if (hasVenv) return { name, maker: "venv" };
    else if (hasVirtualenv) return { name, maker: "virtualenv" };
    else
      refused.push(
        `${name} (${major}.${minor}) cannot make virtual environments: on Debian and Ubuntu, "apt install python3-venv" mends that`,
      );
  }
  const why = refused.length ? refused.join("; ") : wanted ? `FTT_PYTHON=${wanted} does not run` : "none was found";
  throw new SetupError(
    `From the Tensor needs Python ${MINIMUM.join(".")} or newer for JupyterLab, and ${why}; install it (or set FTT_PYTHON to one), then run this again.`,
  );
}

/**
 * @param {string} name
 * @returns {[major: number, minor: number, hasVenv: boolean, hasVirtualenv: boolean] | undefined}
 */
function probe(name) {
  const script =
    "import sys, importlib.util as u; print(sys.version_info[0], sys.version_info[1], int(bool(u.find_spec('venv') and u.find_spec('ensurepip'))), int(bool(u.find_spec('virtualenv'))))";
  try {
    const text = execFileSync(name, ["-c", script], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const [major = 0, minor = 0, hasVenv, hasVirtualenv] = text.trim().split(" ").map(Number);
    return [major, minor, hasVenv === 1, hasVirtualenv === 1];
  } catch {
    return undefined;
  }
}

/** @param {string} requirements */
async function install(requirements) {
  const args = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-r", requirements];
  await runLogged("pip install", venvProgram("python"), args);
}

/** @type {import("./index.mjs").Step} */
export const pythonPackages = {
  title: "Installing JupyterLab in .venv",
  stamp: join(VENV, "ftt-packages.stamp"),
  // The path counts: programs of a virtual environment hold it, so a moved checkout makes a new one.
  key: () => hashOf({ words: [VENV, JSON.stringify(LAB_OVERRIDES)], files: [REQUIREMENTS] }),
  async run() {
    const { name, maker } = findPython();
    await runLogged(`python -m ${maker}`, name, ["-m", maker, "--clear", VENV]);
    await install(REQUIREMENTS);
    mkdirSync(dirname(LAB_SETTINGS), { recursive: true });
    writeFileSync(LAB_SETTINGS, `${JSON.stringify(LAB_OVERRIDES, null, 2)}\n`);
  },
};

/** @type {import("./index.mjs").Step} */
export const pythonTestPackages = {
  title: "Installing the test tools in .venv",
  stamp: join(VENV, "ftt-test-packages.stamp"),
  key: () => hashOf({ words: [VENV], files: [REQUIREMENTS, TEST_REQUIREMENTS] }),
  run: () => install(TEST_REQUIREMENTS),
};
