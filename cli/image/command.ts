// `ftt image`, which `npm run image` calls, `ftt image test`, which builds the image for real and tries what it promises, and `ftt newcomer`,
// which does in a clean Debian what the README tells a newcomer to do.
import type { Command } from "commander";
import { examples } from "../help";

interface ImageFlags {
  gpu?: boolean;
  base?: string;
  gpuBase?: string;
  tag?: string;
  tool?: string;
  hostRegistries?: boolean;
}

export function registerImage(program: Command): void {
  const image = program
    .command("image")
    .description("build the container image with docker, podman or buildah, whichever works here")
    .option("--gpu", 'build the target "gpu": the same with CUDA')
    .option("--base <image>", "Debian's family with Node and npm, in place of Node's own image")
    .option("--gpu-base <image>", "CUDA 12 with cuDNN 9, in place of NVIDIA's own image (with --gpu)")
    .option("--tag <name>", "its name (default: from-the-tensor, or from-the-tensor:gpu)")
    .option("--tool <name>", "docker, podman or buildah")
    .option("--host-registries", "reach the registries as this machine does (mirror, proxy, certificates)")
    .action(build);
  examples(
    image,
    ["ftt image", "from Node's own image"],
    ["ftt image --base docker.io/library/node:24-trixie-slim --tag course:24", "from another base, by another name"],
    ["ftt image --gpu", "with CUDA"],
  );
  const test = image
    .command("test")
    .description("build the image for real, start it, and try what it promises (what `npm run test:image` does)")
    .action(async () => {
      const { testImage } = await import("../../tests/image/test-image");
      const { failed } = await testImage();
      if (failed) process.exitCode = 1;
    });
  examples(test, ["ftt image test", "or why it is skipped: not root, no tool, no Debian"]);
  const newcomerCommand = program
    .command("newcomer")
    .description("npm start and npm test in a clean Debian, as a plain user (what `npm run test:newcomer` does)")
    .option("--node <version>", "Node's version (default: the oldest that will do)")
    .option("--no-tests", "npm start alone")
    .action(async (flags: { node?: string; tests?: boolean }) => {
      const { newcomer } = await import("../../tests/image/newcomer");
      process.exitCode = await newcomer(flags);
    });
  examples(
    newcomerCommand,
    ["ftt newcomer", "with the oldest Node that will do; takes as long as npm test and a download"],
    ["ftt newcomer --node 24 --no-tests", "npm start alone, with Node 24"],
  );
}

async function build(flags: ImageFlags): Promise<void> {
  const { chooseTool, ImageError } = await import("./tools");
  const { buildImage } = await import("./build");
  if (flags.gpuBase && !flags.gpu) throw new ImageError("image: --gpu-base is of use with --gpu alone; add that");
  const { tool, passedOver } = chooseTool(flags.tool);
  for (const { tool: other, why } of passedOver) process.stdout.write(`${other} ${why}; passed over.\n`);
  const tag = flags.tag ?? (flags.gpu ? "from-the-tensor:gpu" : "from-the-tensor");
  process.stdout.write(`Building ${tag} with ${tool} ...\n`);
  await buildImage({ ...flags, tool, tag });
  // Buildah only builds; what it has made is started by podman.
  const run = tool === "buildah" ? "podman" : tool;
  const gpu = flags.gpu ? (run === "docker" ? "--gpus all " : "--device nvidia.com/gpu=all ") : "";
  process.stdout.write(`\nBuilt ${tag}. Start it with: ${run} run --rm -p 8888:8888 ${gpu}${tag}\n`);
}
