/**
 * The nouns of a graph. A graph is in SSA form: each value is written once, by one node, and never changes, so that
 * equal expressions are equal values and a rewrite is a substitution.
 */
import type { DType, TypedArray } from "../dtypes";
import type { Shape } from "../shapes";

/** ONNX tells integers from floats by the attribute's type; a bare number is an integer. */
export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] };
export type Attributes = Readonly<Record<string, Attribute>>;

export interface Value {
  readonly id: number;
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  /** The node that writes this value; absent for constants and inputs. */
  node?: Node;
  /** The numbers of a constant. */
  readonly data?: TypedArray;
  /** True for values fed from outside at each run: arguments and state. */
  readonly isInput?: boolean;
}

export interface Node {
  readonly op: string;
  /** "" is ONNX itself; `com.microsoft` and `com.microsoft.nchwc` are ONNX Runtime's own operators. */
  readonly domain: string;
  /** `null` stands for an optional input left out. */
  inputs: (Value | null)[];
  outputs: Value[];
  attributes: Attributes;
}

/**
 * A value together with the larger shape it stands for. tfjs broadcasts and fills eagerly (`tf.ones`, `tf.tile`, the
 * gradient of `sum`); a graph need not: a scalar 1 that stands for [64,128] costs nothing until something needs it
 * whole, and ONNX operators broadcast on their own.
 */
export interface Lazy {
  readonly value: Value;
  readonly shape: Shape;
}

export interface OutputType {
  readonly shape: Shape;
  readonly dtype: DType;
}

export const MICROSOFT = "com.microsoft";
export const NCHWC = "com.microsoft.nchwc";
