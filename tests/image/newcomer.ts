// What a newcomer does, in a clean root file system with nothing but what the README names, as a plain user and in a path with spaces:
// `npm start -- --no-browser` until JupyterLab answers, then `npm test`.
import { makeCleanRoot, reasonAgainst } from "./clean-root";

/** What the README names: Node (with its npm) and Python with venv. */
const PREREQUISITES = ["python3", "python3-venv"];

/** `$port` is free; `$tests` says whether npm test runs too. */
const SCRIPT = `
npm start -- --no-browser --port "$port" >/tmp/start.log 2>&1 &
npm=$!
until grep -q "JupyterLab is ready" /tmp/start.log; do
  kill -0 $npm 2>/dev/null || { cat /tmp/start.log; echo "npm start ended before JupyterLab was ready"; exit 1; }
  sleep 0.5
done
cat /tmp/start.log
url=$(sed -n 's/^JupyterLab is ready: //p' /tmp/start.log)
node -e 'fetch(process.argv[1]).then(async r => { if (!/<title>JupyterLab</.test(await r.text())) throw new Error("no JupyterLab: " + r.status) })' "$url" || exit 1
echo "JupyterLab answers."
kill -TERM $npm
wait $npm
for try in $(seq 60); do
  left=$(grep -lE 'ftt[.]mjs|jupyter[-]lab' /proc/[0-9]*/cmdline 2>/dev/null | grep -v '^/proc/1/')
  [ -n "$left" ] || break
  sleep 0.5
done
[ -z "$left" ] || { echo "left running: $left"; exit 1; }
echo "SIGTERM ended it, and nothing is left of it."
[ "$tests" = no ] || npm test
`;

export interface NewcomerOptions {
  /** Node's version; the oldest that will do unless given. */
  node?: string;
  /** Whether `npm test` runs too, which takes a quarter of an hour. */
  tests?: boolean;
}

/** Returns the exit code; prints what the newcomer would read. */
export async function newcomer({ node = "20.19.0", tests = true }: NewcomerOptions = {}): Promise<number> {
  const why = reasonAgainst();
  if (why) {
    process.stdout.write(`skipped: ${why}\n`);
    return 0;
  }
  const root = makeCleanRoot({ node, packages: PREREQUISITES });
  try {
    const { code } = await root.run(SCRIPT, {
      env: { port: String(9000 + (process.pid % 1000)), tests: tests ? "yes" : "no" },
      onOutput: text => process.stdout.write(text),
    });
    return code ?? 1;
  } finally {
    root.dispose();
  }
}
