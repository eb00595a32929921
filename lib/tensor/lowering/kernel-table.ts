/**
 * The state of every tfjs kernel, as a page: `npx tsx lib/tensor/lowering/kernel-table.ts` writes KERNELS.md, and a test
 * compares the page with the table of lowerings.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import "../backend/install";
import { FAULTY_ON_HOST } from "../backend/eager";
import { core } from "../tfjs";
import { customKernels } from "./custom";
import { loweringOf } from "./registry";

const COMPLEX = "complex numbers have no ONNX type that ONNX Runtime computes with";
const STRINGS = "works on strings";
const DATA_SHAPE = "the shape of the result depends on the data";
const HOST_ONLY = "only composed on the host";

/** Why a kernel has no lowering. Each name here must be a kernel without one; the test sees to it. */
const REASONS: Readonly<Record<string, string>> = {
  BroadcastArgs: HOST_ONLY,
  Complex: COMPLEX,
  ComplexAbs: COMPLEX,
  CropAndResize: "boxes move with the data; no ONNX operator has tfjs's extrapolation",
  Draw: "writes to a canvas",
  FFT: COMPLEX,
  FromPixels: "reads a canvas or an image element",
  IFFT: COMPLEX,
  Imag: COMPLEX,
  LowerBound: "tfjs runs SearchSorted instead",
  MatrixBandPart: "tfjs composes it from other kernels",
  Multinomial: "drawn by the library's own generator (see random)",
  NonMaxSuppressionV3: DATA_SHAPE,
  NonMaxSuppressionV4: DATA_SHAPE,
  NonMaxSuppressionV5: DATA_SHAPE,
  Pool: "tfjs runs MaxPool or AvgPool instead",
  RaggedGather: DATA_SHAPE,
  RaggedRange: DATA_SHAPE,
  RaggedTensorToTensor: DATA_SHAPE,
  Real: COMPLEX,
  RotateWithOffset: "image augmentation, done on the host before training",
  SparseFillEmptyRows: DATA_SHAPE,
  SparseReshape: "works on shapes, which a graph knows beforehand",
  SparseSegmentMean: DATA_SHAPE,
  SparseSegmentSum: DATA_SHAPE,
  StaticRegexReplace: STRINGS,
  StringNGrams: STRINGS,
  StringSplit: STRINGS,
  StringToHashBucketFast: STRINGS,
  Transform: "image augmentation, done on the host before training",
  Unique: DATA_SHAPE,
  UpperBound: "tfjs runs SearchSorted instead",
};

interface Row {
  readonly kernel: string;
  readonly state: "lowered" | "host only" | "not a kernel here";
  readonly gradient: boolean;
  readonly note: string;
}

/** Every kernel that tfjs names, in alphabetical order. */
export function kernelRows(): Row[] {
  const names = (Object.values(core) as unknown[]).filter(
    (v): v is string => typeof v === "string" && /^_?[A-Z][A-Za-z0-9_]*$/.test(v),
  );
  const host = new Set(core.getKernelsForBackend("cpu").map(k => k.kernelName));
  return [...new Set(names)].sort().map(kernel => {
    const lowered = loweringOf(kernel) !== undefined;
    return {
      kernel,
      state: lowered ? "lowered" : host.has(kernel) ? "host only" : "not a kernel here",
      gradient: core.getGradient(kernel) !== undefined,
      note: lowered
        ? FAULTY_ON_HOST.has(kernel)
          ? "tfjs's JavaScript is wrong: always lowered"
          : ""
        : (REASONS[kernel] ?? ""),
    };
  });
}

export function reasonsWithoutNeed(): string[] {
  return Object.keys(REASONS).filter(kernel => loweringOf(kernel) !== undefined);
}

export function kernelTable(): string {
  const rows = kernelRows();
  const count = (state: Row["state"]) => rows.filter(r => r.state === state).length;
  const lines = rows.map(r => `| ${r.kernel} | ${r.state} | ${r.gradient ? "yes" : ""} | ${r.note} |`);
  return [
    "# tfjs's kernels on the `ort` backend",
    "",
    "Made by `npx tsx lib/tensor/lowering/kernel-table.ts`; a test compares it with the code.",
    "",
    `Of ${rows.length} kernel names, ${count("lowered")} are lowered to ONNX: they run under \`jit\`, and eagerly in a session when`,
    `they are large. ${count("host only")} run eagerly in tfjs's JavaScript and are refused in a trace. ${count("not a kernel here")} are names that`,
    "tfjs never runs as a kernel on a backend like this one. Besides these, the library has kernels of its own:",
    `${customKernels.names().sort().join(", ")}.`,
    "",
    "| kernel | state | gradient | note |",
    "|---|---|---|---|",
    ...lines,
    "",
  ].join("\n");
}

if (require.main === module) {
  // The library's own kernels register themselves when the whole of it is loaded.
  require("../index");
  writeFileSync(join(__dirname, "..", "KERNELS.md"), kernelTable());
}
