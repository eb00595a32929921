/** TensorFlow.js on ONNX Runtime: eager and jit. */
import "./backend/install";

export { TensorError, type TensorErrorCode } from "./errors";
export { type JitOptions, type JitStats, type Jitted, jit } from "./jit/jit";
export type { Program, ProgramGraph, ProgramNode, ProgramOutput } from "./jit/program";
export { type Eigen, eigh } from "./linear-algebra/eigh";
export { type CustomKernel, registerKernel } from "./lowering/custom";
export * as nn from "./nn";
export { type ExportedModel, type ExportOptions, exportOnnx } from "./onnx/export";
export { loadOnnx, type OnnxModel } from "./onnx/load";
export * from "./optimizers";
export * as random from "./random";
export { seed } from "./random";
export { breatheIfDue as breathe } from "./runtime/breathe";
export { type BackendName, useBackend } from "./runtime/choose-backend";
export { type DeviceName, device, isDeviceAvailable, threads } from "./runtime/device";
export { tf } from "./tfjs";
