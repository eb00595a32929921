/**
 * Questions that only a running session can answer: is the device there, and what block size do its convolutions use?
 */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { finish } from "../graph/finish";
import { Graph } from "../graph/graph";
import { NCHWC } from "../graph/value";
import { encodeModel } from "../onnx/model";
import type { DeviceName } from "./device";
import { nativeTensor, Session } from "./session";

/** What went wrong when one node ran on the device, or undefined when it gave the right number. */
export function probeDevice(device: DeviceName): string | undefined {
  if (device === "cuda" && !hasCudaProvider()) return "onnxruntime-node without its CUDA provider";
  const g = new Graph();
  const x = g.input([2], "float32");
  const done = finish(g, [g.op("Mul", [x, x], {}, [2], "float32")], []);
  let session: Session | undefined;
  try {
    session = new Session(encodeModel(done), { device, threads: 1, spin: false });
    const out = new Float32Array(2);
    session.run(
      { [x.name]: nativeTensor(Float32Array.of(3, 4), [2], "float32") },
      { [done.outputs[0]!.name]: nativeTensor(out, [2], "float32") },
    );
    return out[0] === 9 && out[1] === 16 ? undefined : `3 * 3 came out as ${out[0]}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    session?.dispose();
  }
}

/** The package comes without this library; its own install script fetches it. Asking for it in vain prints to the terminal. */
function hasCudaProvider(): boolean {
  const { platform, arch } = process;
  const file = platform === "win32" ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so";
  const root = dirname(require.resolve("onnxruntime-node/package.json"));
  return existsSync(join(root, "bin", "napi-v6", platform, arch, file));
}

let blockSize: number | undefined;

/**
 * Channels per block of ONNX Runtime's NCHWc convolution on this processor: 16 with AVX-512, 8 with AVX2, 0 when no
 * size gives the right numbers. The operators take their block size from the processor and trust the caller to have
 * laid out weights for the same one; the wrong size gives wrong numbers silently, hence a convolution with a known answer.
 */
export function nchwcBlockSize(): number {
  blockSize ??= [16, 8].find(worksWithBlock) ?? 0;
  return blockSize;
}

function worksWithBlock(block: number): boolean {
  const channels = 16;
  const side = 2;
  // A 1x1 convolution is a matrix product per pixel, with distinct weights so that any misplacement shows.
  const x = Float32Array.from({ length: side * side * channels }, (_, i) => Math.sin(i));
  const w = Float32Array.from({ length: channels * channels }, (_, i) => Math.cos(i * 0.7)); // [I, O]
  const blocked = new Float32Array(w.length); // [O/b, I/b, bi, bo]
  const blocks = channels / block;
  for (let i = 0; i < channels; i++) {
    for (let o = 0; o < channels; o++) {
      const at = ((Math.floor(o / block) * blocks + Math.floor(i / block)) * block + (i % block)) * block + (o % block);
      blocked[at] = w[i * channels + o]!;
    }
  }
  const g = new Graph();
  const shape = [1, side, side, channels];
  const input = g.input(shape, "float32");
  const planes = [1, channels, side, side];
  const filter = g.constant(blocked, [channels, channels, 1, 1], "float32");
  const reordered = g.op("ReorderInput", [input], { channels_last: 1 }, planes, "float32", NCHWC);
  const attributes = { kernel_shape: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], group: 1 };
  const convolved = g.op("Conv", [reordered, filter], attributes, planes, "float32", NCHWC);
  const y = g.op("ReorderOutput", [convolved], { channels, channels_last: 1 }, shape, "float32", NCHWC);
  const done = finish(g, [y], []);
  let session: Session | undefined;
  try {
    session = new Session(encodeModel(done), { device: "cpu", threads: 1, spin: false });
    const out = new Float32Array(x.length);
    session.run(
      { [input.name]: nativeTensor(x, shape, "float32") },
      { [done.outputs[0]!.name]: nativeTensor(out, shape, "float32") },
    );
    return out.every((value, at) => {
      const pixel = Math.floor(at / channels);
      let sum = 0;
      for (let i = 0; i < channels; i++) sum += x[pixel * channels + i]! * w[i * channels + (at % channels)]!;
      return Math.abs(sum - value) < 1e-4;
    });
  } catch {
    // An operator this build does not have: convolutions then take the standard path.
    return false;
  } finally {
    session?.dispose();
  }
}
