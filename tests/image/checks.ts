// What the image promises, each promise tried on a real container. A check throws when its promise is broken.
import assert from "node:assert/strict";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Container, type StartOptions } from "./container";
import type { Engine } from "./engine";
import { startHub } from "./hub";

export interface Subject {
  engine: Engine;
  image: string;
  /** The copy of the checkout that it was built from. */
  context: string;
}

export interface Check {
  title: string;
  run(subject: Subject): Promise<void>;
}

const COURSE = "/home/jovyan/from-the-tensor";
const LARGEST_MB = 1400; // it is 1,050 on Debian 13; a development package or a cache that slips in makes it larger than this

export const CHECKS: Check[] = [
  {
    title:
      "its configuration: user, port, entry point, health check, no token, no setting of the machine that built it",
    async run({ engine, image }) {
      const { stdout } = await engine.run(["image", "inspect", image]);
      const [{ Config: config, Size: size }] = JSON.parse(stdout);
      assert.equal(config.User, "1000");
      assert.deepEqual(Object.keys(config.ExposedPorts), ["8888/tcp"]);
      assert.deepEqual(config.Entrypoint, ["tini", "-g", "--", "start.sh"]);
      assert.deepEqual(config.Cmd, ["start-notebook.sh"]);
      assert.equal(config.WorkingDir, "/home/jovyan");
      assert.ok(stdout.includes("healthcheck.mjs"));
      const names = (config.Env as string[]).map(line => line.split("=")[0]!);
      assert.deepEqual(
        names.filter(name => /TOKEN|PASSWORD|PROXY|CERT|CONFIG|npm_|PIP_/i.test(name)),
        [],
      );
      assert.ok(size < LARGEST_MB * 1e6, `expected less than ${LARGEST_MB} MB, got ${Math.round(size / 1e6)}`);
    },
  },
  {
    title: "nothing of the build's secrets is kept, nor caches, nor packages of development",
    async run({ engine, image }) {
      const script = `
        ls -A /run/secrets 2>/dev/null
        grep -rIl /run/secrets /etc /home /root /usr/local/etc /usr/etc 2>/dev/null
        ls -d /opt/from-the-tensor/node_modules/{jest,playwright-core,@biomejs/biome} /root/.npm /root/.cache /home/jovyan/.cache /var/lib/apt/lists/*_* 2>/dev/null
        true`;
      const { stdout } = await engine.run(["run", "--rm", "--user", "0", "--entrypoint", "bash", image, "-c", script]);
      assert.equal(stdout, "");
    },
  },
  {
    title:
      "a container starts as jovyan (1000:100), with the notebooks in the home and the kernel known to any Jupyter",
    async run(subject) {
      await using(subject, { command: ["sleep", "600"] }, async container => {
        const script = `
          id -u; id -g; id -un; pwd
          test -w ~/from-the-tensor/notebooks/01-tensors.ipynb && test ! -L ~/from-the-tensor/notebooks && echo writable
          /usr/bin/python3 -m venv --without-pip --system-site-packages /tmp/other
          PYTHONPATH=$(echo /opt/from-the-tensor/.venv/lib/python3*/site-packages) /tmp/other/bin/python -m jupyter_client.kernelspecapp list | grep -o 'tslab .*'
          cd ~/from-the-tensor && ftt doctor | grep -c ^FAULT`;
        // The home is made by the entry point, which has run when its command is there.
        await container.waitUntil(["test", "-e", `${COURSE}/tsconfig.json`]);
        const { stdout } = await container.exec(["bash", "-c", script]);
        assert.deepEqual(
          stdout.trim().split(/\s+/),
          `1000 100 jovyan /home/jovyan writable tslab /usr/local/share/jupyter/kernels/tslab 0`.split(" "),
        );
        const health = await container.exec(["node", "/opt/from-the-tensor/cli/image/healthcheck.mjs"]);
        assert.equal(health.code, 1, "expected a container without a server to be unhealthy");
        assert.match(health.stdout, /^unhealthy: /);
      });
    },
  },
  {
    title:
      "JupyterLab answers on port 8888, with a new token each time and to nobody without it; it is healthy; SIGTERM ends it and its kernels",
    async run(subject) {
      const tokens = new Set<string>();
      for (let i = 0; i < 2; i++)
        await using(subject, {}, async container => {
          const token = await container.token();
          tokens.add(token);
          const lab = await container.fetch("/lab", token);
          assert.equal(lab.status, 200);
          assert.match(await lab.text(), /<title>JupyterLab<\/title>/);
          if (i > 0) return;
          assert.equal((await container.fetch("/api/contents")).status, 403);
          assert.equal((await container.fetch("/api/contents", "0".repeat(48))).status, 403);
          const index = await container.fetch("/api/contents/from-the-tensor/notebooks/index.ipynb?content=0", token);
          assert.equal(index.status, 200);
          const start = await container.fetch("/", token);
          assert.equal(start.headers.get("location"), "/lab/tree/from-the-tensor/notebooks/index.ipynb?");
          const health = await container.health();
          assert.equal(health.code, 0, health.output);
          const kernel = await container.fetch("/api/kernels", token, {
            method: "POST",
            body: JSON.stringify({ name: "tslab", path: "from-the-tensor/notebooks" }),
          });
          assert.equal(kernel.status, 201, await kernel.text());
          await container.waitUntil(["bash", "-c", "grep -qa 'kernel[.]cjs' /proc/[0-9]*/cmdline"]);
          if (subject.engine.tool === "podman") assert.ok(container.processes().length >= 3);
          assert.equal(await container.stop(30), 0, "expected SIGTERM to end it within 30 s, with exit code 0");
          assert.deepEqual(container.processes(), []);
        });
      assert.equal(tokens.size, 2, "expected each start to make up a token of its own");
    },
  },
  {
    title: "chapter 1 runs inside and gives the outputs that are saved in it (ftt test)",
    async run(subject) {
      await using(subject, { command: ["sleep", "600"] }, async container => {
        await container.waitUntil(["test", "-e", `${COURSE}/tsconfig.json`]);
        const test = ["ftt", "test", "notebooks/01-tensors.ipynb"];
        const { code, output } = await container.exec(test, { cwd: COURSE, timeoutMs: 400_000 });
        assert.equal(code, 0, output);
        assert.match(output, /[1-9]\d* passed, 0 failed/);
      });
    },
  },
  {
    title:
      "started as root, it serves as NB_USER with NB_UID and NB_GID, whose the notebooks are; bad values are refused",
    async run(subject) {
      const { engine, image } = subject;
      const root = (...settings: string[]) => ["--user", "0", ...settings.flatMap(setting => ["--env", setting])];
      const options = root("NB_USER=ada", "NB_UID=1234", "NB_GID=5678");
      await using(subject, { options }, async container => {
        await container.token();
        const script = `
          for server in $(grep -la 'bin/jupyter-la[b]' /proc/[0-9]*/cmdline); do
            folder=$(dirname $server)
            grep -E '^(Uid|Gid|Groups|CapEff):' $folder/status
          done
          stat -c '%u:%g' /home/ada /home/ada/from-the-tensor/notebooks/01-tensors.ipynb`;
        const { stdout } = await container.exec(["bash", "-c", script]);
        assert.deepEqual([...new Set(stdout.trim().split("\n"))].map(line => line.replace(/\s+/g, " ").trim()).sort(), [
          "1234:5678",
          "CapEff: 0000000000000000",
          "Gid: 5678 5678 5678 5678",
          "Groups: 100 5678",
          "Uid: 1234 1234 1234 1234",
        ]);
        assert.match(await container.log(), /Serving notebooks from local directory: \/home\/ada$/m);
        assert.equal((await container.health()).code, 0);
      });
      for (const [settings, message] of [
        [["NB_UID=0"], /expected NB_UID to be a user's number other than root's 0, got "0"/],
        [["NB_USER=../ada"], /expected NB_USER to be a name in small letters, got "\.\.\/ada"/],
        [["NB_GID=users"], /expected NB_GID to be a group's number, got "users"/],
        [["NB_USER=daemon"], /NB_USER=daemon NB_UID=1000 cannot be used: the image has "daemon" already/],
      ] as const) {
        const { code, output } = await engine.run(["run", "--rm", ...root(...settings), image, "true"]);
        assert.equal(code, 1, output);
        assert.match(output, message);
      }
    },
  },
  {
    title: "a user of any number can start it, and a home that is mounted keeps the work of the container before",
    async run({ engine, image }) {
      const script = 'id -u; echo "$HOME"; cd ~/from-the-tensor/notebooks && test -w 01-tensors.ipynb && echo writable';
      const member = await engine.run(["run", "--rm", "--user", "4321:100", image, "bash", "-c", script]);
      assert.equal(member.stdout.trim().replace(/\s+/g, " "), "4321 /home/jovyan writable");
      const stranger = await engine.run(["run", "--rm", "--user", "4321:4321", image, "bash", "-c", script]);
      assert.match(stranger.stdout, /^4321\n\/tmp\/home-\w+\nwritable\n$/);
      assert.match(stranger.output, /\/home\/jovyan cannot be written to by user 4321/);

      const volume = `ftt-test-${process.pid}`;
      const mounted = ["run", "--rm", "--volume", `${volume}:/home/jovyan`, image, "bash", "-c"];
      try {
        const write = await engine.run([...mounted, "echo mine >> ~/from-the-tensor/notebooks/index.ipynb"]);
        assert.equal(write.code, 0, write.output);
        const read = await engine.run([
          ...mounted,
          "tail -n 1 ~/from-the-tensor/notebooks/index.ipynb; ls ~/from-the-tensor/lib/index.ts",
        ]);
        assert.match(read.stdout, /^mine\n.*index\.ts\n$/);
      } finally {
        await engine.run(["volume", "rm", "--force", volume]);
      }
    },
  },
  {
    title: "the heap of the kernel is half of what the container may use",
    async run({ engine, image }) {
      const program = ["kernel-node", "dropped", "-p", "require('v8').getHeapStatistics().heap_size_limit / 2 ** 20"];
      const { stdout, output } = await engine.run(["run", "--rm", "--memory", "3g", image, ...program]);
      const megabytes = Number(stdout);
      // V8 counts its young generation too, some ten megabytes.
      assert.ok(megabytes >= 1536 && megabytes < 1536 + 128, `expected about 1536 MB, got ${output}`);
    },
  },
  {
    title:
      "below a JupyterHub, start-singleuser.sh and start-notebook.sh serve the Hub's user under its prefix, and nobody else",
    async run(subject) {
      for (const command of [["start-singleuser.sh"], [], ["jupyterhub-singleuser"]]) {
        const hub = await startHub("ada", "c0ffee".repeat(8));
        try {
          const port = await freePort();
          const environment = Object.entries(hub.environment(port)).flatMap(([name, value]) => [
            "--env",
            `${name}=${value}`,
          ]);
          await using(subject, { hostPort: port, options: environment, command }, async container => {
            const ready = async () => (await container.fetch(`${hub.prefix}api`)).ok;
            await until(ready, () => container.log());
            const mine = await container.fetch(
              `${hub.prefix}api/contents/from-the-tensor/notebooks?content=0`,
              hub.token,
            );
            assert.equal(mine.status, 200, await mine.text());
            assert.equal((await container.fetch(`${hub.prefix}api/contents`, "another")).status, 403);
            const page = await container.fetch(`${hub.prefix}lab`);
            assert.equal(page.status, 302);
            assert.match(page.headers.get("location") ?? "", /\/hub\/api\/oauth2\/authorize\?/);
            assert.ok(hub.requests.includes("POST /hub/api/users/ada/activity"));
            const health = await container.health();
            assert.equal(health.code, 0, health.output);
          });
        } finally {
          hub.close();
        }
      }
    },
  },
  {
    title:
      "Binder's way of starting it: python3 that imports jupyterlab, then jupyter-lab with a base URL and a token of Binder's",
    async run(subject) {
      // As in BinderHub's chart: singleuser.cmd, and the arguments that its launcher adds.
      const launcher = [
        "import os, sys, jupyterlab, jupyterlab.labapp",
        "assert int(jupyterlab.__version__.split('.', 1)[0]) >= 3",
        "os.execvp('jupyter-lab', sys.argv)",
      ].join("\n");
      const base = "/user/course-1a2b/";
      const settings = ["--ip=0.0.0.0", "--port=8888", `--ServerApp.base_url=${base}`, "--ServerApp.token=b1nder"];
      const command = ["python3", "-c", launcher, ...settings, "--ServerApp.trust_xheaders=True"];
      await using(subject, { command }, async container => {
        const ready = async () => (await container.fetch(`${base}api`)).ok;
        await until(ready, () => container.log());
        const page = await container.fetch(`${base}lab/tree/from-the-tensor/notebooks/index.ipynb?token=b1nder`);
        assert.equal(page.status, 200);
        const kernels = await container.fetch(`${base}api/kernelspecs`, "b1nder");
        assert.ok("tslab" in ((await kernels.json()) as { kernelspecs: object }).kernelspecs);
        const health = await container.health();
        assert.equal(health.code, 0, health.output);
      });
    },
  },
  {
    title: "after an edit of a notebook, only the last layers are built again",
    async run({ engine, image, context }) {
      const notebook = join(context, "notebooks", "index.ipynb");
      const saved = readFileSync(notebook);
      try {
        appendFileSync(notebook, "\n\n");
        const log = await engine.build(context, `${image}-edited`);
        assert.doesNotMatch(log, /Setting up tini|Installing the npm packages|Installing JupyterLab/);
        const { stdout } = await engine.run([
          ...["run", "--rm", `${image}-edited`, "bash", "-c"],
          "tail -c 2 /opt/from-the-tensor/notebooks/index.ipynb | wc -l",
        ]);
        assert.equal(stdout.trim(), "2");
      } finally {
        writeFileSync(notebook, saved);
        await engine.run(["rmi", "--force", `${image}-edited`]);
      }
    },
  },
];

async function using(
  { engine, image }: Subject,
  options: StartOptions,
  use: (container: Container) => Promise<void>,
): Promise<void> {
  const container = await Container.start(engine, image, options);
  try {
    await use(container);
  } catch (error) {
    const log = (await container.log()).trim().split("\n").slice(-15).join("\n");
    throw new Error(`${(error as Error).message}\nThe container's last words:\n${log}`);
  } finally {
    await container.remove();
  }
}

async function until(condition: () => Promise<boolean>, describe: () => Promise<string>): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (!(await condition().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`it did not answer within two minutes: ${await describe()}`);
    await pause(250);
  }
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
