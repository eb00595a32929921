/**
 * Who computes: this library's `ort` backend, tfjs's JavaScript, or `@tensorflow/tfjs-node` when it is installed.
 *
 * tfjs-node is an optional peer, because its install step downloads a native library from one vendor's storage and it does not
 * start on Node 23 and later. On a backend other than `ort`, `jit(fn)` runs `fn` as it is.
 */
import type { BACKEND_NAME } from "../backend/kernels";
import { TensorError } from "../errors";
import { core } from "../tfjs";

export type BackendName = typeof BACKEND_NAME | "cpu" | "tensorflow";

/**
 * Makes a backend the current one. Variables and tensors move along when they are next used.
 *
 * @example
 * useBackend("tensorflow"); // after: npm install @tensorflow/tfjs-node
 *
 * @throws TensorError FTT_DEVICE when tfjs-node is not installed or does not start
 */
export function useBackend(name: BackendName): void {
  if (name === "tensorflow") loadTfjsNode();
  if (core.engine().registryFactory[name] === undefined) {
    throw new TensorError(
      "FTT_DEVICE",
      `useBackend: expected "ort", "cpu" or "tensorflow", got ${JSON.stringify(name)}`,
    );
  }
  // All three start synchronously: by the time the promise is made, the backend is set.
  void core.setBackend(name);
  // tfjs's JavaScript would print an advertisement for tfjs-node at its first tensor: who chooses it by name knows what it is.
  if (name === "cpu") (core.findBackend(name) as unknown as { firstUse: boolean }).firstUse = false;
}

function loadTfjsNode(): void {
  try {
    // From the user's project first: the peer is theirs to install.
    require(require.resolve("@tensorflow/tfjs-node", { paths: [process.cwd(), __dirname] }));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new TensorError(
      "FTT_DEVICE",
      `useBackend: expected @tensorflow/tfjs-node to be installed, got: ${reason}; run \`npm install @tensorflow/tfjs-node\` on Node 22 or older, or stay on "ort"`,
      { cause },
    );
  }
}
