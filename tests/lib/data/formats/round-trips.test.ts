/** What is written can be read again, and what NumPy wrote is what is read. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import {
  decodeImage,
  encodeJpeg,
  encodePng,
  formatCsv,
  formatIdx,
  formatNpy,
  formatNpz,
  type NpyValues,
  parseCsv,
  parseIdx,
  parseNpy,
  parseNpz,
  pixelsToTensor,
  tensorToPixels,
} from "../../../../lib/data";

const arrays: NpyValues[] = [
  Uint8Array.of(0, 255, 7, 1, 2, 3),
  Int8Array.of(-128, 127, 0, 1, 2, 3),
  Uint16Array.of(0, 65535, 1, 2, 3, 4),
  Int16Array.of(-32768, 32767, 1, 2, 3, 4),
  Uint32Array.of(0, 4294967295, 1, 2, 3, 4),
  Int32Array.of(-2147483648, 2147483647, 1, 2, 3, 4),
  BigUint64Array.of(0n, 2n ** 64n - 1n, 1n, 2n, 3n, 4n),
  BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 1n, 2n, 3n, 4n),
  Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, -0, 1e-45, 2, 3),
  Float64Array.of(Number.NaN, Number.NEGATIVE_INFINITY, -0, 5e-324, 2, 3),
];

test.each(arrays.map(values => [values.constructor.name, values] as const))("NPY keeps a %s", (_, values) => {
  for (const shape of [[6], [2, 3], [1, 6, 1]]) {
    const back = parseNpy(formatNpy({ shape, values }));
    expect(back.shape).toEqual(shape);
    expect(back.values).toEqual(values);
  }
});

test("NPY values begin at a multiple of 64 bytes and are a view of the file", () => {
  const bytes = formatNpy({ shape: [6], values: Float32Array.of(1, 2, 3, 4, 5, 6) });
  const { values } = parseNpy(bytes);
  expect(values.byteOffset % 64).toBe(0);
  expect(values.buffer).toBe(bytes.buffer);
});

test("NPZ reads what NumPy wrote: order, width, byte order, booleans, half precision, scalars, nothing at all", () => {
  const read = parseNpz(readFileSync(join(__dirname, "fixtures/numpy.npz")));
  expect([...read.keys()].sort()).toEqual([
    "big",
    "bools",
    "empty",
    "float32",
    "fortran",
    "half",
    "scalar",
    "unsigned",
  ]);
  expect(read.get("float32")).toEqual({
    shape: [2, 3],
    dtype: "float32",
    values: Float32Array.of(0, 0.25, 0.5, 0.75, 1, 1.25),
  });
  expect(read.get("fortran")).toEqual({
    shape: [2, 3, 4],
    dtype: "int64",
    values: BigInt64Array.from({ length: 24 }, (_, i) => BigInt(i)),
  });
  expect(read.get("bools")).toEqual({ shape: [3], dtype: "bool", values: Uint8Array.of(1, 0, 1) });
  expect(read.get("half")!.values).toEqual(Float32Array.of(0, 1, -2.5, 65504, 2 ** -24, Number.POSITIVE_INFINITY, -0));
  expect(read.get("big")).toEqual({ shape: [2], dtype: "float64", values: Float64Array.of(1.5, -2.25) });
  expect(read.get("scalar")).toEqual({ shape: [], dtype: "uint16", values: Uint16Array.of(7) });
  expect(read.get("empty")).toEqual({ shape: [0, 5], dtype: "int8", values: new Int8Array() });
  expect(read.get("unsigned")!.values).toEqual(BigUint64Array.of(2n ** 63n + 1n));
  const stored = parseNpz(readFileSync(join(__dirname, "fixtures/numpy-stored.npz")));
  expect(stored.get("a")!.values).toEqual(read.get("float32")!.values);
});

test("NPZ keeps its arrays and writes the same bytes each time", () => {
  const contents = {
    weights: { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) },
    steps: { shape: [1], values: Int32Array.of(9) },
  };
  const bytes = formatNpz(contents);
  expect(formatNpz(contents)).toEqual(bytes);
  expect(parseNpz(bytes).get("weights")).toEqual({ ...contents.weights, dtype: "float32" });
  expect(parseNpz(bytes).get("steps")!.values).toEqual(contents.steps.values);
});

test.each([
  Uint8Array.of(1, 2, 3, 4),
  Int8Array.of(-1, 2, -3, 4),
  Int16Array.of(-300, 2, 3, 4),
  Int32Array.of(-70000, 2, 3, 4),
  Float32Array.of(0.5, -2, 3, 4),
  Float64Array.of(0.1, -2, 3, 4),
])("IDX keeps its values (%#)", values => {
  expect(parseIdx(formatIdx({ shape: [2, 2], values }))).toEqual({ shape: [2, 2], values });
});

test.each([1, 2, 3, 4] as const)("PNG keeps %i channels bit for bit", async channels => {
  const values = Uint8Array.from({ length: 9 * 11 * channels }, (_, i) => (i * 53) & 255);
  const back = await decodeImage(await encodePng({ values, shape: [9, 11, channels] }));
  expect(back.shape).toEqual([9, 11, channels]);
  expect(Buffer.compare(back.values, values)).toBe(0);
});

test.each([1, 3] as const)("JPEG keeps %i channels nearly", async channels => {
  // A slow ramp: what JPEG is good at. At quality 95 no pixel is off by more than 4 in 255.
  const values = Uint8Array.from({ length: 32 * 32 * channels }, (_, i) => Math.floor(i / (32 * channels)) * 7);
  const back = await decodeImage(await encodeJpeg({ values, shape: [32, 32, channels] }, 95));
  expect(back.shape).toEqual([32, 32, channels]);
  expect(Math.max(...back.values.map((value, i) => Math.abs(value - values[i]!)))).toBeLessThanOrEqual(4);
});

test("channels are converted when asked for: grey to colour, alpha laid over white, alpha added", async () => {
  const translucent = await encodePng({ values: Uint8Array.of(0, 0, 0, 0, 10, 20, 30, 255), shape: [1, 2, 4] });
  expect([...(await decodeImage(translucent, { channels: 3 })).values]).toEqual([255, 255, 255, 10, 20, 30]);
  const grey = await encodePng({ values: Uint8Array.of(7, 9), shape: [1, 2, 1] });
  expect([...(await decodeImage(grey, { channels: 3 })).values]).toEqual([7, 7, 7, 9, 9, 9]);
  expect([...(await decodeImage(grey, { channels: 4 })).values]).toEqual([7, 7, 7, 255, 9, 9, 9, 255]);
});

test("tensors become pixels and pixels tensors", async () => {
  const pixels = { values: Uint8Array.from({ length: 24 }, (_, i) => i * 10), shape: [2, 4, 3] as const };
  const tensor = pixelsToTensor(pixels);
  expect(tensor.shape).toEqual([2, 4, 3]);
  expect((await tensorToPixels(tensor)).values).toEqual(pixels.values);
  const wild = tf.tensor3d([-1, 0.5, 2, Number.NaN], [1, 4, 1]);
  expect([...(await tensorToPixels(wild)).values]).toEqual([0, 128, 255, 0]);
  tf.dispose([tensor, wild]);
});

test("CSV keeps names, numbers, quotes and what is missing", () => {
  const text = 'name,mass,note\n"Ada, ""A""",1.5,ü\nBob,,"two\nlines"\n';
  const table = parseCsv(text);
  expect(table.names).toEqual(["name", "mass", "note"]);
  expect(table.numbers("mass")).toEqual(Float64Array.of(1.5, Number.NaN));
  expect(table.texts("name")).toEqual(['Ada, "A"', "Bob"]);
  expect(table.row(1)).toEqual({ name: "Bob", mass: null, note: "two\nlines" });
  expect(formatCsv(table)).toBe(text);
  expect(() => table.numbers("name")).toThrow('column "name" is text, e.g. "Ada, \\"A\\""; use texts("name")');
  expect(() => table.numbers("size")).toThrow('no column "size"; there are: name, mass, note');
});

test("CSV types are inferred only from what is plainly a number, and can be given", () => {
  const text = "a,b,c\n0x10,1e3,007\nInfinity,-.5,42\n";
  expect([...parseCsv(text).columns.values()].map(column => column.type)).toEqual(["text", "number", "number"]);
  expect(parseCsv(text, { types: { c: "text" } }).texts("c")).toEqual(["007", "42"]);
  expect(() => parseCsv(text, { types: { a: "number" } })).toThrow('column "a" was to be numeric, but holds "0x10"');
  expect(parseCsv("1;2\n3;4", { header: false, delimiter: ";" }).matrix(["1", "0"])).toEqual(
    Float32Array.of(2, 1, 4, 3),
  );
  expect(parseCsv("\ufeffa\r\n1\r\n").names).toEqual(["a"]);
});
