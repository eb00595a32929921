// The choice of the tool, with programs that behave as docker, podman and buildah do, each alone on the PATH.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildArguments } from "../../../cli/image/build";
import { chooseTool } from "../../../cli/image/tools";
import { node, ROOT } from "../checkout";

let folder: string;
const path = process.env.PATH;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ftt-tools-"));
  process.env.PATH = folder;
});
afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true, force: true });
});

function program(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

const NO_ENGINE = 'echo "Cannot connect to the Docker daemon. Is the docker daemon running?" >&2; exit 1';

test("docker is preferred when its engine answers", () => {
  program("docker", "echo 29.0.0");
  program("podman", "echo 5.0.0");
  expect(chooseTool()).toEqual({ tool: "docker", passedOver: [] });
});

test("a docker without an engine is passed over, with its own words", () => {
  program("docker", NO_ENGINE);
  program("buildah", "exit 0");
  expect(chooseTool()).toEqual({
    tool: "buildah",
    passedOver: [
      {
        tool: "docker",
        why: "is installed but does not answer (Cannot connect to the Docker daemon. Is the docker daemon running?)",
      },
      { tool: "podman", why: "is not installed" },
    ],
  });
});

test("where none works, the error says why for each and what to install", () => {
  program("docker", NO_ENGINE);
  expect(() => chooseTool()).toThrow(
    /expected docker, podman or buildah to work, but docker is installed but does not answer .*; podman is not installed; buildah is not installed\. Start Docker's engine, or install one: .*apt install podman/,
  );
});

test("a tool that is asked for is not replaced by another", () => {
  program("podman", "exit 0");
  expect(() => chooseTool("buildah")).toThrow(/expected buildah to work, but buildah is not installed\./);
  expect(() => chooseTool("nerdctl")).toThrow('expected --tool to be one of docker, podman, buildah, got "nerdctl"');
});

test("bases, the target and the secrets reach the tool; buildah writes Docker's format, which has a health check", () => {
  const options = { tool: "buildah" as const, tag: "course", gpu: true, base: "a", gpuBase: "b" };
  expect(buildArguments(options, "/s").join(" ")).toBe(
    "build --format docker --layers --target gpu --tag course --build-arg BASE=a --build-arg GPU_BASE=b --secret id=npmrc,src=/s/npmrc --secret id=pip.conf,src=/s/pip.conf --secret id=apt.conf,src=/s/apt.conf --secret id=ca.crt,src=/s/ca.crt .",
  );
  expect(buildArguments({ tool: "docker", tag: "course" }).join(" ")).toBe("build --target notebook --tag course .");
});

test("ftt image tells a wrong combination of options before it builds anything", async () => {
  process.env.PATH = path;
  const { code, output } = await node([join(ROOT, "cli", "ftt.mjs"), "image", "--gpu-base", "x"], {
    env: { FTT_SKIP_SETUP: "1" },
  });
  expect(code).toBe(2);
  expect(output.trim()).toBe("image: --gpu-base is of use with --gpu alone; add that");
});

test("ftt image builds with the tool it chose, says whom it passed over, and how to start what it built", async () => {
  program("docker", NO_ENGINE);
  program("podman", 'if [ "$1" = build ]; then echo "args: $*"; fi');
  const { code, output } = await node([join(ROOT, "cli", "ftt.mjs"), "image", "--base", "mine"], {
    env: { FTT_SKIP_SETUP: "1", PATH: `${folder}:/usr/bin:/bin` },
  });
  expect(output).toMatch(
    /^docker is installed but does not answer \(.*\); passed over\.\nBuilding from-the-tensor with podman/,
  );
  expect(output).toMatch(
    "args: build --format docker --layers --target notebook --tag from-the-tensor --build-arg BASE=mine .",
  );
  expect(output).toMatch("Start it with: podman run --rm -p 8888:8888 from-the-tensor");
  expect(code).toBe(0);
});

test("Binder builds the very same file, which it looks for in a folder of its own", () => {
  expect(readFileSync(join(ROOT, ".binder", "Dockerfile"), "utf8")).toBe(
    readFileSync(join(ROOT, "Dockerfile"), "utf8"),
  );
});

test("a build that fails says what can be done", async () => {
  program("docker", '[ "$1" = version ] && exit 0; exit 7');
  const { code, output } = await node([join(ROOT, "cli", "ftt.mjs"), "image"], {
    env: { FTT_SKIP_SETUP: "1", PATH: `${folder}:/usr/bin:/bin` },
  });
  expect(code).toBe(2);
  expect(output).toMatch(/docker could not build it \(it ended with 7; .*name another with --base/);
});
