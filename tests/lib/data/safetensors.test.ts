/** Safetensors files: what is written can be read, by others too; what contradicts itself is refused with its reason. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { loadCheckpoint, loadTensors, saveCheckpoint } from "../../../lib/data/checkpoint";
import { FormatError } from "../../../lib/data/errors";
import { safetensorsTypes } from "../../../lib/data/formats/safetensors";
import { readSafetensors, type SafetensorsType, writeSafetensors } from "../../../lib/data/safetensors";
import { tf } from "../../../lib/tensor";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "safetensors-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
/** A file of these very bytes. */
function raw(bytes: string | Uint8Array): string {
  writeFileSync(path(), bytes);
  return path();
}
const path = (name = "a.safetensors") => join(folder, name);

/** A file with any header and `dataBytes` of data. */
function file(header: unknown, dataBytes: number, length?: bigint): string {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(length ?? BigInt(json.length));
  writeFileSync(path(), Buffer.concat([start, json, Buffer.alloc(dataBytes)]));
  return path();
}
const tensor = (begin: number, end: number, extra: object = {}) => ({
  dtype: "F32",
  shape: [(end - begin) / 4],
  data_offsets: [begin, end],
  ...extra,
});

describe("a safetensors file", () => {
  it("gives back what was written, for every type and generated shapes", async () => {
    const dtypes = fc.constantFrom(...(Object.keys(safetensorsTypes) as SafetensorsType[]));
    const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
    const metadata = fc.dictionary(fc.string(), fc.string()).map(m => ({ ...m }));
    const tensors = fc.dictionary(
      fc.string().filter(s => s !== "__metadata__"),
      fc.tuple(dtypes, shapes),
    );
    await fc.assert(
      fc.asyncProperty(tensors, metadata, async (layout, notes) => {
        const content = new Map(
          Object.entries(layout).map(([name, [dtype, shape]], seed) => {
            const size = shape.reduce((a, b) => a * b, safetensorsTypes[dtype]);
            return [
              name,
              { dtype, shape, bytes: Uint8Array.from({ length: size }, (_, i) => (seed * 31 + i * 7) & 255) },
            ];
          }),
        );
        await writeSafetensors(path(), content, notes);
        const back = await readSafetensors(path());
        expect(back.metadata).toEqual(notes);
        expect(new Map([...back.tensors].sort())).toEqual(new Map([...content].sort()));
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it("is laid out as the format's documentation says", async () => {
    const bytes = new Uint8Array(Float32Array.of(1, -2).buffer);
    await writeSafetensors(path(), new Map([["w", { dtype: "F32", shape: [2], bytes }]]), { step: "3" });
    const written = readFileSync(path());
    const length = Number(written.readBigUInt64LE(0));
    expect(length % 8).toBe(0);
    expect(JSON.parse(written.subarray(8, 8 + length).toString())).toEqual({
      __metadata__: { step: "3" },
      w: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
    });
    expect(written.subarray(8 + length)).toEqual(Buffer.from(bytes));
  });

  it("replaces the old file in one step and leaves nothing else behind", async () => {
    writeFileSync(path(), "old");
    const tooLong = { dtype: "F32", shape: [2], bytes: null as unknown as Uint8Array } as const;
    await expect(writeSafetensors(path(), new Map([["w", tooLong]]))).rejects.toThrow();
    expect(readFileSync(path(), "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["a.safetensors"]);
    await writeSafetensors(path(), new Map());
    expect((await readSafetensors(path())).tensors.size).toBe(0);
    expect(readdirSync(folder)).toEqual(["a.safetensors"]);
  });

  it.each<[string, () => string, RegExp]>([
    ["is empty", () => raw(""), /expected 8 bytes of header length/],
    ["ends within the length", () => raw("abc"), /expected 8 bytes of header length/],
    ["ends within the header", () => file({}, 0, 900n), /expected a header of 900 bytes, the file ends after 10/],
    ["claims a huge header", () => file({}, 0, 2n ** 62n), /at most 100000000 bytes, got 4611686018427387904/],
    ["has no JSON object", () => file("[1]", 0), /begins with "\{"/],
    ["has broken JSON", () => file('{"w":', 0), /no valid JSON/],
    ["has broken UTF-8", () => raw(Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 255])), /begins with/],
    ["has metadata that is no text", () => file({ __metadata__: { a: 1 } }, 0), /__metadata__ to map names to strings/],
    ["has a tensor that is no object", () => file({ w: 3 }, 0), /tensor "w": expected an object/],
    ["has an unknown type", () => file({ w: tensor(0, 8, { dtype: "F31" }) }, 8), /unknown dtype "F31"/],
    ["has a type from the prototype", () => file({ w: tensor(0, 8, { dtype: "toString" }) }, 8), /unknown dtype/],
    ["has a negative size", () => file({ w: tensor(0, 8, { shape: [-2] }) }, 8), /expected a shape of whole numbers/],
    [
      "has a size that overflows",
      () => file({ w: tensor(0, 8, { shape: [2 ** 40, 2 ** 40] }) }, 8),
      /needs 4\.83\S+ bytes/,
    ],
    ["has one offset", () => file({ w: tensor(0, 8, { data_offsets: [0] }) }, 8), /expected two data_offsets/],
    ["has offsets that run backwards", () => file({ w: tensor(0, 8, { data_offsets: [8, 0] }) }, 8), /run backwards/],
    ["has offsets past the end", () => file({ w: tensor(0, 12) }, 8), /end at 12, but only 8 bytes/],
    ["has a shape of another size", () => file({ w: tensor(0, 8, { shape: [3] }) }, 8), /\[3\] of F32 needs 12 bytes/],
    ["has overlapping tensors", () => file({ a: tensor(0, 8), b: tensor(4, 12) }, 12), /"b" overlaps/],
    [
      "has a hole",
      () => file({ a: tensor(0, 4), b: tensor(8, 12) }, 12),
      /4 bytes before tensor "b" belong to no tensor/,
    ],
    [
      "hides one of two tensors of the same name",
      () =>
        file(
          '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}',
          2,
        ),
      /belong to no tensor/,
    ],
    ["has bytes after the last tensor", () => file({ a: tensor(0, 4) }, 9), /5 bytes follow/],
  ])("that %s is refused", async (_, make, reason) => {
    const error = await readSafetensors(make()).then(
      () => undefined,
      e => e,
    );
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toMatch(reason);
  });

  it("that is not there is named", async () => {
    await expect(readSafetensors(path("none"))).rejects.toThrow(/expected a file at .*none, got ENOENT/);
  });
});

describe("a checkpoint", () => {
  const model = () => ({
    layers: [
      {
        w: tf.variable(
          tf.tensor2d([
            [1, 2],
            [3, 4],
          ]),
        ),
      },
    ],
    count: tf.variable(tf.tensor1d([7], "int32")),
  });
  afterEach(() => tf.disposeVariables());

  it("restores variables by their path in the tree", async () => {
    const saved = model();
    await saveCheckpoint(path(), saved, { step: "12" });
    expect([...(await readSafetensors(path())).tensors.keys()]).toEqual(["layers.0.w", "count"]);
    const other = model();
    other.layers[0]!.w.assign(tf.zeros([2, 2]));
    other.count.assign(tf.tensor1d([0], "int32"));
    expect(await loadCheckpoint(path(), other)).toEqual({ step: "12" });
    expect([...other.layers[0]!.w.dataSync(), ...other.count.dataSync()]).toEqual([1, 2, 3, 4, 7]);
  });

  it("that does not fit changes nothing and says all that is wrong", async () => {
    await saveCheckpoint(path(), { a: tf.tensor1d([1, 2]), b: tf.scalar(1), c: tf.scalar(1) });
    const target = { a: tf.variable(tf.tensor1d([5])), b: tf.variable(tf.scalar(5)), d: tf.variable(tf.scalar(5)) };
    await expect(loadCheckpoint(path(), target)).rejects.toThrow(
      /"a" has shape \[2\] in the file, \[1\] here; "d" is missing in the file; "c" is in the file only/,
    );
    expect(target.b.dataSync()[0]).toBe(5);
  });

  it("refuses another type", async () => {
    await saveCheckpoint(path(), { a: tf.tensor1d([1], "int32") });
    await expect(loadCheckpoint(path(), { a: tf.variable(tf.tensor1d([5])) })).rejects.toThrow(
      /"a" is I32 in the file, float32 here/,
    );
  });

  it("reads the narrow and wide types that other programs write", async () => {
    const stored = (dtype: SafetensorsType, values: { buffer: ArrayBufferLike; length: number }) => ({
      dtype,
      shape: [values.length],
      bytes: new Uint8Array(values.buffer),
    });
    await writeSafetensors(
      path(),
      new Map([
        ["half", stored("F16", Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00, 0x3555))],
        ["brain", stored("BF16", Uint16Array.of(0x3f80, 0xc040))],
        ["double", stored("F64", Float64Array.of(0.5, -3))],
        ["long", stored("I64", BigInt64Array.of(-5n, 2147483647n))],
        ["byte", stored("U8", Uint8Array.of(255))],
      ]),
    );
    const { tensors } = await loadTensors(path());
    const values = (name: string) => [...tensors[name]!.dataSync()];
    expect(values("half")).toEqual([1, -2, 2 ** -24, Number.POSITIVE_INFINITY, Math.fround(0.333251953125)]);
    expect(values("brain")).toEqual([1, -3]);
    expect(values("double")).toEqual([0.5, -3]);
    expect(values("long")).toEqual([-5, 2147483647]);
    expect(values("byte")).toEqual([255]);
  });

  it("refuses a 64-bit number that int32 cannot hold", async () => {
    await writeSafetensors(
      path(),
      new Map([["n", { dtype: "I64", shape: [1], bytes: new Uint8Array(BigInt64Array.of(2n ** 40n).buffer) }]]),
    );
    await expect(loadTensors(path())).rejects.toThrow(/1099511627776 does not fit into int32/);
  });
});
