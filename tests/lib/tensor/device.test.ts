/** The same graph on every device that this machine has: WebGPU through a software adapter where Vulkan has one, CUDA where present. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { device, isDeviceAvailable, TensorError, tf, threads } from "../../../lib/tensor";
import { nchwcBlockSize } from "../../../lib/tensor/runtime/probe";

/** Debian's chromium brings SwiftShader, a Vulkan device made of software, and the loader that finds it. */
const swiftShader = process.env.VK_ICD_FILENAMES ?? "/usr/lib/chromium/vk_swiftshader_icd.json";

function trainOn(name: string): { device: string; losses: number[][] } {
  const worker = join(__dirname, "device-worker.ts");
  const loader = join(swiftShader, "..");
  const env = {
    ...process.env,
    VK_ICD_FILENAMES: swiftShader,
    LD_LIBRARY_PATH: [loader, process.env.LD_LIBRARY_PATH].filter(Boolean).join(":"),
  };
  const output = execFileSync(process.execPath, ["--import", "tsx", worker, name], { env, encoding: "utf8" });
  return JSON.parse(output.slice(output.indexOf("{")));
}

function expectSameLosses(name: string): void {
  const [here, there] = [trainOn("cpu"), trainOn(name)];
  expect(there.device).toBe(name);
  there.losses.flat().forEach((loss, i) => {
    const expected = here.losses.flat()[i]!;
    // Other orders of summation: float32's 1e-7 a step, grown by four steps of Adam.
    expect(Math.abs(loss - expected)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(expected)));
  });
}

describe("devices", () => {
  (existsSync(swiftShader) ? test : test.skip)("two train steps give the CPU's losses on WebGPU", () => {
    expectSameLosses("webgpu");
  });

  (isDeviceAvailable("cuda") ? test : test.skip)("two train steps give the CPU's losses on CUDA", () => {
    expectSameLosses("cuda");
  });

  test("auto falls back to the CPU where there is no CUDA", () => {
    expect(device("auto")).toBe(isDeviceAvailable("cuda") ? "cuda" : "cpu");
    device("cpu");
  });

  test("an unknown or absent device is refused with what to do", () => {
    expect(() => device("tpu" as "cpu")).toThrow(/expected "cpu", "cuda", "webgpu" or "auto", got "tpu"/);
    if (!isDeviceAvailable("cuda")) {
      expect(() => device("cuda")).toThrow(TensorError);
      expect(device()).toBe("cpu");
    }
  });

  test("threads default to the cores and accept whole numbers only", () => {
    expect(threads()).toBe(availableParallelism());
    expect(() => threads(0)).toThrow(TensorError);
    expect(threads(1)).toBe(1);
    threads(availableParallelism());
  });
});

describe("the block size of NCHWc convolutions", () => {
  test("the probe's choice gives right numbers through a blocked convolution", async () => {
    // 0 would mean that this processor's blocked convolutions are not understood: then they must not be used.
    expect([0, 8, 16]).toContain(nchwcBlockSize());
    const x = tf.randomNormal([2, 9, 7, 32], 0, 1, "float32", 1) as tf.Tensor4D;
    const w = tf.randomNormal([3, 3, 32, 48], 0, 1, "float32", 2) as tf.Tensor4D;
    const ours = Array.from(tf.conv2d(x, w, 1, "same").dataSync());
    await tf.setBackend("cpu");
    const expected = Array.from(tf.conv2d(x, w, 1, "same").dataSync());
    await tf.setBackend("ort");
    const worst = ours.reduce((max, v, i) => Math.max(max, Math.abs(v - expected[i]!)), 0);
    expect(worst).toBeLessThan(1e-3);
  });
});
