// Which of docker, podman and buildah builds here. One that is installed but does not answer, such as Docker's client without its engine, is
// passed over, and the reason is kept so that it can be said.
import { spawnSync } from "node:child_process";

export const TOOLS = ["docker", "podman", "buildah"] as const;
export type Tool = (typeof TOOLS)[number];

export class ImageError extends Error {
  override name = "ImageError";
}

export interface Choice {
  tool: Tool;
  /** Those that would have been preferred, each with the reason against it. */
  passedOver: { tool: Tool; why: string }[];
}

/** A question that only a tool which can work answers: Docker's is for its engine. */
const QUESTIONS: Record<Tool, string[]> = {
  docker: ["version", "--format", "{{.Server.Version}}"],
  podman: ["info", "--format", "{{.Version.Version}}"],
  buildah: ["info"],
};
const PATIENCE_MS = 20_000; // an engine on a busy machine takes seconds; one that is stuck would take for ever

/** @throws ImageError when none works, or not the one that is asked for; it says why for each and what to do. */
export function chooseTool(asked?: string): Choice {
  if (asked !== undefined && !TOOLS.includes(asked as Tool))
    throw new ImageError(`image: expected --tool to be one of ${TOOLS.join(", ")}, got "${asked}"`);
  const passedOver: Choice["passedOver"] = [];
  for (const tool of asked === undefined ? TOOLS : [asked as Tool]) {
    const why = reasonAgainst(tool);
    if (why === undefined) return { tool, passedOver };
    passedOver.push({ tool, why });
  }
  const reasons = passedOver.map(({ tool, why }) => `${tool} ${why}`).join("; ");
  throw new ImageError(
    `image: expected ${asked ?? "docker, podman or buildah"} to work, but ${reasons}. Start Docker's engine, or install one: on Debian and Ubuntu "apt install podman", else https://docs.docker.com/get-started/get-docker/`,
  );
}

/** Why a tool cannot be used here, or undefined when it can. */
export function reasonAgainst(tool: Tool): string | undefined {
  const options = { encoding: "utf8", timeout: PATIENCE_MS, env: process.env } as const;
  const { error, status, stderr } = spawnSync(tool, QUESTIONS[tool], options);
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ENOENT") return "is not installed";
  if (error) return `does not run (${error.message})`;
  if (status === 0) return undefined;
  const said = stderr.trim().split("\n").at(-1) || `it ended with ${status}`;
  return `is installed but does not answer (${said})`;
}
