/**
 * Element types: what tfjs calls them, what ONNX numbers them, and which typed array holds them.
 *
 * tfjs knows three numeric types. A graph needs a few more in between: shapes and indices are int64 in ONNX, and the
 * counter-based random generators shift unsigned words. Only the three tfjs types ever leave a graph.
 */

export type TensorDType = "float32" | "int32" | "bool";
export type DType = TensorDType | "int64" | "uint32" | "uint64" | "uint8" | "float64" | "float16";

export type TypedArray =
  | Float32Array
  | Int32Array
  | Uint8Array
  | BigInt64Array
  | Uint32Array
  | BigUint64Array
  | Float64Array
  | Uint16Array;

interface DTypeInfo {
  /** TensorProto.DataType of onnx.proto. */
  readonly onnx: number;
  readonly bytes: number;
  readonly array: new (length: number) => TypedArray;
}

export const dtypes: Readonly<Record<DType, DTypeInfo>> = {
  float32: { onnx: 1, bytes: 4, array: Float32Array },
  uint8: { onnx: 2, bytes: 1, array: Uint8Array },
  int32: { onnx: 6, bytes: 4, array: Int32Array },
  int64: { onnx: 7, bytes: 8, array: BigInt64Array },
  bool: { onnx: 9, bytes: 1, array: Uint8Array },
  float16: { onnx: 10, bytes: 2, array: Uint16Array },
  float64: { onnx: 11, bytes: 8, array: Float64Array },
  uint32: { onnx: 12, bytes: 4, array: Uint32Array },
  uint64: { onnx: 13, bytes: 8, array: BigUint64Array },
};

export function allocate(dtype: DType, length: number): TypedArray {
  return new dtypes[dtype].array(length);
}

/** A typed array of `dtype` holding `values`; the same array when it already has the right type. */
export function toTypedArray(values: ArrayLike<number | bigint | boolean>, dtype: DType): TypedArray {
  const { array } = dtypes[dtype];
  if (values instanceof array) return values as TypedArray;
  const out = new array(values.length);
  const wide = dtype === "int64" || dtype === "uint64";
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number | bigint | boolean;
    (out as { [index: number]: number | bigint })[i] = wide ? BigInt(value) : Number(value);
  }
  return out;
}

export function isTensorDType(dtype: string): dtype is TensorDType {
  return dtype === "float32" || dtype === "int32" || dtype === "bool";
}
