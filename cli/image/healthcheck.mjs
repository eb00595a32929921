// @ts-check
// The container's health: whether the Jupyter Server that was started last answers. It is found by the file that each server writes, so that
// any port, base URL and certificate will do.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.JUPYTER_RUNTIME_DIR ?? "/tmp/jupyter-runtime";
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"; // its own certificate, from inside
try {
  const files = readdirSync(folder)
    .filter(name => /^jpserver-\d+\.json$/.test(name))
    .map(name => join(folder, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (!files[0]) throw new Error(`no server has written its address in ${folder}`);
  const { url } = JSON.parse(readFileSync(files[0], "utf8"));
  const address = new URL("api", url.replace("//0.0.0.0", "//127.0.0.1"));
  const response = await fetch(address, { signal: AbortSignal.timeout(4000) });
  if (!response.ok) throw new Error(`${address} answers ${response.status}`);
  process.stdout.write(`healthy: ${address}\n`);
} catch (error) {
  process.stdout.write(`unhealthy: ${/** @type {Error} */ (error).message}\n`);
  process.exitCode = 1;
}
