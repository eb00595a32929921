/**
 * Where sessions run, and on how many threads. The graph is the same everywhere; only its layout choices differ.
 *
 * @example
 * device("auto");   // cuda, else cpu
 * threads(1);       // one core for the maths, the other for the notebook
 */
import { availableParallelism } from "node:os";
import { TensorError } from "../errors";

export type DeviceName = "cpu" | "cuda" | "webgpu";

let current: DeviceName = "cpu";
let threadCount = availableParallelism();

/** The current device; or, given a name, moves all sessions made from now on to it and returns what was chosen. */
export function device(name?: DeviceName | "auto"): DeviceName {
  if (name === undefined) return current;
  if (name === "auto") {
    // A software WebGPU adapter loses to the CPU, so only a CUDA device is worth choosing unasked.
    current = isDeviceAvailable("cuda") ? "cuda" : "cpu";
    return current;
  }
  if (name !== "cpu" && name !== "cuda" && name !== "webgpu") {
    throw new TensorError(
      "FTT_DEVICE",
      `device: expected "cpu", "cuda", "webgpu" or "auto", got ${JSON.stringify(name)}`,
    );
  }
  const fault = name === "cpu" ? undefined : probe(name);
  if (fault) {
    const remedy =
      name === "cuda"
        ? 'install the CUDA libraries of onnxruntime-node, or use device("auto")'
        : 'point VK_ICD_FILENAMES at a Vulkan driver, or use device("auto")';
    throw new TensorError("FTT_DEVICE", `device: expected a working ${name} device, got: ${fault}; ${remedy}`);
  }
  current = name;
  return current;
}

/** The number of threads that sessions made from now on use; defaults to the cores of this machine. */
export function threads(count?: number): number {
  if (count === undefined) return threadCount;
  if (!Number.isInteger(count) || count < 1) {
    throw new TensorError("FTT_ARGUMENT", `threads: expected a whole number from 1 up, got ${count}`);
  }
  threadCount = count;
  return threadCount;
}

export function isDeviceAvailable(name: DeviceName): boolean {
  return name === "cpu" || probe(name) === undefined;
}

const probes = new Map<DeviceName, string | undefined>();

/** Tries a session of one node on the device; returns what went wrong, if anything. */
function probe(name: DeviceName): string | undefined {
  if (probes.has(name)) return probes.get(name);
  // Loaded late: device.ts is read before anything that can build a graph.
  const { probeDevice } = require("./probe") as typeof import("./probe");
  const fault = probeDevice(name);
  probes.set(name, fault);
  return fault;
}
