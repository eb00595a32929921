// tfjs's own random ops draw on the host, from Math.random: frozen inside a trace, and out of reach of a seed. Here they are replaced, for users
// and for tf.layers alike. With an explicit seed argument they stay tfjs's own: the same numbers at each call are then what was asked for.
import type { Tensor, TensorLike } from "@tensorflow/tfjs-core";
import { core, overrideOp } from "../tfjs";
import { categorical, dropout, normal, truncatedNormal, uniform } from "./distributions";
import { RANDOM } from "./kernel";

type Seed = number | string | undefined;
type Bounded = (shape: number[], min?: number, max?: number, dtype?: string, seed?: Seed) => Tensor;
type BoundedInt = (shape: number[], min: number, max: number, seed?: Seed) => Tensor;
type Centred = (shape: number[], mean?: number, std?: number, dtype?: string, seed?: Seed) => Tensor;
type Standard = (shape: number[], dtype?: string, seed?: Seed) => Tensor;
type Dropout = (x: Tensor | TensorLike, rate: number, noiseShape?: number[], seed?: Seed) => Tensor;
type Multinomial = (logits: Tensor | TensorLike, samples: number, seed?: number, normalized?: boolean) => Tensor;

/** Replaces an op by ours where the current backend has our kernel; on others (wasm, webgl) tfjs draws as it always did. */
function replace<F extends (...args: never[]) => Tensor>(
  name: string,
  seedAt: number,
  ours: (...args: Parameters<F>) => Tensor,
): void {
  // The types of all of tfjs's ops at once are more than the compiler can hold; `F` states the one that is meant.
  const override = overrideOp as unknown as (name: string, make: (original: F) => F) => void;
  override(name, original => {
    const replaced = (...args: Parameters<F>): Tensor => {
      const hosted = args[seedAt] !== undefined || !core.getKernel(RANDOM, core.getBackend());
      return hosted ? original(...args) : core.tidy(() => ours(...args));
    };
    return replaced as unknown as F;
  });
}

const tensorOf = (x: Tensor | TensorLike): Tensor => (x instanceof core.Tensor ? x : core.tensor(x));

/** Whole numbers are rounded down, so that each has the same probability. */
function typed(x: Tensor, dtype = "float32"): Tensor {
  return dtype === "int32" ? core.cast(core.floor(x), "int32") : core.cast(x, dtype as "float32");
}

replace<Bounded>("randomUniform", 4, (shape, min = 0, max = 1, dtype) => typed(uniform(shape, min, max), dtype));
replace<BoundedInt>("randomUniformInt", 3, (shape, min, max) => typed(uniform(shape, min, max), "int32"));
replace<Centred>("randomNormal", 4, (shape, mean = 0, std = 1, dtype) => typed(normal(shape, mean, std), dtype));
replace<Standard>("randomStandardNormal", 2, (shape, dtype) => typed(normal(shape), dtype));
replace<Centred>("truncatedNormal", 4, (shape, mean = 0, std = 1, dtype) =>
  typed(truncatedNormal(shape, mean, std), dtype),
);
replace<Dropout>("dropout", 3, (x, rate, noiseShape) => {
  const tensor = tensorOf(x);
  return dropout(tensor, rate, noiseShape ? tensor.shape.map((d, i) => noiseShape[i] ?? d) : tensor.shape);
});
replace<Multinomial>("multinomial", 2, (logits, samples, _seed, normalized = false) => {
  const given = tensorOf(logits);
  const rows = given.rank === 1 ? core.reshape(given, [1, given.size]) : given;
  const drawn = categorical(normalized ? core.log(rows) : rows, samples);
  return given.rank === 1 ? core.reshape(drawn, [samples]) : drawn;
});
