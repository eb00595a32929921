// Builds the Dockerfile. The three tools differ in little: podman and buildah must be told to keep layers, and to write Docker's format, since
// the other one has no health check.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FILES, writeHostRegistries } from "./host-registries";
import { ImageError, type Tool } from "./tools";

export const ROOT = join(__dirname, "..", "..");
const BUILD: Record<Tool, string[]> = {
  docker: ["build"],
  podman: ["build", "--format", "docker", "--layers"],
  buildah: ["build", "--format", "docker", "--layers"],
};

export interface BuildOptions {
  tool: Tool;
  tag: string;
  gpu?: boolean;
  /** In place of Node's image. */
  base?: string;
  /** In place of NVIDIA's image. */
  gpuBase?: string;
  /** Give this machine's mirrors, proxies and certificates to the build, as secrets that leave no trace in the image. */
  hostRegistries?: boolean;
  /** The folder that is built; default: the checkout. */
  context?: string;
  env?: NodeJS.ProcessEnv;
  onOutput?: (text: string) => void;
}

/** The words after the tool's name. `secrets` is the folder that holds them. */
export function buildArguments(options: BuildOptions, secrets?: string): string[] {
  const { tool, tag, gpu, base, gpuBase } = options;
  return [
    ...BUILD[tool],
    ...["--target", gpu ? "gpu" : "notebook", "--tag", tag],
    ...(base ? ["--build-arg", `BASE=${base}`] : []),
    ...(gpuBase ? ["--build-arg", `GPU_BASE=${gpuBase}`] : []),
    ...(secrets ? Object.values(FILES).flatMap(name => ["--secret", `id=${name},src=${join(secrets, name)}`]) : []),
    ".",
  ];
}

/** @throws ImageError when the build fails; what the tool said has been printed by then. */
export async function buildImage(options: BuildOptions): Promise<void> {
  const secrets = options.hostRegistries ? mkdtempSync(join(tmpdir(), "ftt-secrets-")) : undefined;
  try {
    if (secrets) writeHostRegistries(secrets, "/run/secrets");
    const child = spawn(options.tool, buildArguments(options, secrets), {
      cwd: options.context ?? ROOT,
      env: { ...process.env, DOCKER_BUILDKIT: "1", ...options.env }, // secrets need Docker's newer builder
      stdio: ["ignore", ...(options.onOutput ? (["pipe", "pipe"] as const) : (["inherit", "inherit"] as const))],
    });
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", options.onOutput!);
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", status => resolve(status ?? 1));
    });
    if (code !== 0)
      throw new ImageError(
        `image: ${options.tool} could not build it (it ended with ${code}; its words are above). If an image could not be fetched, name another with --base; behind a mirror or a proxy, add --host-registries`,
      );
  } finally {
    if (secrets) rmSync(secrets, { recursive: true, force: true });
  }
}
