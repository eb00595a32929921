// The set-up's failures, each provoked for real: what a newcomer reads, and that a rerun recovers.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { copyCheckout, node, ROOT } from "./checkout";

let folder: string;
beforeEach(() => {
  folder = copyCheckout();
});
afterEach(() => rmSync(dirname(folder), { recursive: true, force: true }));

const UNREACHABLE = { npm_config_registry: "http://127.0.0.1:9/", npm_config_fetch_retries: "0" };

/** Runs an expression of the set-up's own modules in a Node of its own. */
function evaluate(
  module: string,
  expression: string,
  env?: Record<string, string>,
  onOutput?: (output: string) => void,
) {
  const url = pathToFileURL(join(folder, "cli", "setup", module)).href;
  const script = `import * as m from ${JSON.stringify(url)}; try { ${expression} } catch (e) { console.log(e.name + ": " + e.message); process.exitCode = 1 }`;
  return node(["--input-type=module", "-e", script], { env, onOutput });
}

test("without a network, npm's failure is one sentence with its remedy, and no half-made step counts as done", async () => {
  const env = { ...UNREACHABLE, FTT_SKIP_SETUP: "", npm_config_cache: join(folder, "empty-cache") };
  const { code, output } = await node([join(folder, "cli", "ftt.mjs"), "setup"], { env });
  expect(code).toBe(2);
  expect(output).toMatch(/"npm ci" could not reach its package registry; check the network/);
  expect(existsSync(join(folder, "node_modules", ".ftt-stamp"))).toBe(false);
  expect(existsSync(join(folder, ".ftt", "setup", "lock"))).toBe(false);
});

test("where npm itself says nothing of the network, its own log is asked", async () => {
  const debug = join(folder, "debug.log");
  writeFileSync(debug, "120 verbose stack FetchError: request to the registry failed, reason: connect ECONNREFUSED\n");
  const log = join(folder, "npm-ci.log");
  writeFileSync(
    log,
    `npm error Exit handler never called!\nnpm error A complete log of this run can be found in: ${debug}\n`,
  );
  const expression = `throw m.programFailed("npm ci", ${JSON.stringify(log)})`;
  expect((await evaluate("errors.mjs", expression)).output).toMatch(/"npm ci" could not reach its package registry/);
  rmSync(debug);
  expect((await evaluate("errors.mjs", expression)).output).toMatch(/"npm ci" failed\. Its last lines:.*Exit handler/s);
});

test("a Python that is missing is named, with the version that is needed", async () => {
  const { code, output } = await evaluate("python-packages.mjs", "await m.pythonPackages.run()", {
    FTT_PYTHON: "no-such-python",
  });
  expect(code).toBe(1);
  expect(output).toMatch(
    /SetupError: From the Tensor needs Python 3\.11 or newer.*FTT_PYTHON=no-such-python does not run; install it/,
  );
});

test("a Python that is too old is named with its version", async () => {
  const old = join(folder, "old-python");
  writeFileSync(old, "#!/bin/sh\necho 3 8 1\n", { mode: 0o755 });
  const { code, output } = await evaluate("python-packages.mjs", "await m.pythonPackages.run()", { FTT_PYTHON: old });
  expect(code).toBe(1);
  expect(output).toMatch(/needs Python 3\.11 or newer.*old-python is 3\.8/);
});

test("the lock of a set-up that died is taken over", async () => {
  const lock = join(folder, "lock");
  writeFileSync(lock, "999999999");
  const { code, output } = await evaluate(
    "lock.mjs",
    `const release = await m.holdLock(${JSON.stringify(lock)}); console.log("held"); release();`,
  );
  expect(output.trim()).toBe("held");
  expect(code).toBe(0);
  expect(existsSync(lock)).toBe(false);
});

test("a second set-up waits until the first has finished", async () => {
  const lock = join(folder, "lock");
  writeFileSync(lock, String(process.pid));
  const expression = `(await m.holdLock(${JSON.stringify(lock)}))(); console.log("held");`;
  const { output } = await evaluate("lock.mjs", expression, undefined, soFar => {
    if (soFar.includes("waiting for it")) rmSync(lock, { force: true }); // the first has finished
  });
  expect(output).toMatch(/Another set-up of this checkout is running.*held/s);
});

test("a step that is done is not repeated, and is repeated when its input changes or its result is deleted", async () => {
  const stamp = join(folder, "made", "stamp");
  mkdirSync(dirname(stamp));
  const step = `{ title: "step", stamp: ${JSON.stringify(stamp)}, key: () => process.env.KEY, run: async () => console.log("ran") }`;
  const run = (key: string) => evaluate("index.mjs", `await m.setUp([${step}])`, { KEY: key });
  expect((await run("a")).output).toMatch(/ran/);
  expect((await run("a")).output).toBe("");
  expect((await run("b")).output).toMatch(/ran/);
  rmSync(stamp);
  expect((await run("b")).output).toMatch(/ran/);
  expect(readFileSync(stamp, "utf8")).toBe("b");
});

test("a port in use is named with a free alternative", async () => {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as { port: number };
    const { code, output } = await node([join(ROOT, "cli", "ftt.mjs"), "lab", "--no-browser", "--port", String(port)], {
      env: { FTT_SKIP_SETUP: "1" },
    });
    expect(code).toBe(2);
    expect(output).toMatch(
      `Port ${port} is in use: stop the program that holds it, or choose another, as in "npm start -- --port ${port + 1}".`,
    );
  } finally {
    server.close();
  }
});
