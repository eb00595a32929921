/** Readers against some 7,000 hostile files: an error with offset and reason, no crash, no huge allocation. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import {
  decodeImage,
  encodeJpeg,
  encodePng,
  FormatError,
  formatIdx,
  formatNpy,
  formatNpz,
  parseCsv,
  parseIdx,
  parseNpy,
  parseNpz,
} from "../../../../lib/data";
import { hostileFiles, judge } from "./fuzz";

const bytes = (text: string) => new TextEncoder().encode(text);
/** Far below what any of the hostile headers asks for (gigabytes), far above the garbage a thousand small reads leave. */
const allowance = 200;

test("IDX: 1,500 hostile files", async () => {
  const sound = formatIdx({ shape: [3, 4, 5], values: Uint8Array.from({ length: 60 }, (_, i) => i) });
  const wide = formatIdx({ shape: [7], values: Float64Array.from({ length: 7 }, (_, i) => i / 3) });
  const some = { cuts: 70, spoiled: 580, noise: 100 };
  const verdict = await judge(
    [...hostileFiles(sound, { ...some, seed: 1 }), ...hostileFiles(wide, { ...some, seed: 2 })],
    parseIdx,
    allowance,
  );
  expect(verdict.inputs).toBe(1500);
  expect(verdict.refused).toBeGreaterThan(700);
  // Two dimensions of 2^32 - 1 bytes each, in a file of 12.
  expect(() => parseIdx(Uint8Array.from([0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255]))).toThrow(
    "idx: [4294967295,4294967295] of uint8 needs 18446744065119617000 bytes, 0 are there (at byte 12)",
  );
});

test("NPY: 1,600 hostile files", async () => {
  const sound = formatNpy({ shape: [4, 5], values: Float32Array.from({ length: 20 }, Math.sqrt) });
  const verdict = await judge(
    hostileFiles(sound, { cuts: 200, spoiled: 1300, noise: 100, seed: 3 }),
    parseNpy,
    allowance,
  );
  expect(verdict.inputs).toBe(1600);
  expect(verdict.refused).toBeGreaterThan(700);
  const withHeader = (header: string) =>
    Buffer.concat([
      Buffer.from([0x93, 78, 85, 77, 80, 89, 1, 0, header.length & 255, header.length >> 8]),
      Buffer.from(header),
    ]);
  const shapes = ["(999999999999999, 999999999999999)", "(-1,)", "(1e9,)", `(${"1,".repeat(100)})`, "(0x10,)"];
  for (const shape of shapes) {
    expect(() => parseNpy(withHeader(`{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`))).toThrow(
      FormatError,
    );
  }
  expect(() => parseNpy(withHeader("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"))).toThrow(
    'type "|O" is not supported',
  );
});

test("NPZ: 1,200 hostile archives", async () => {
  const sound = formatNpz({
    a: { shape: [10], values: Float64Array.from({ length: 10 }, Math.cbrt) },
    b: { shape: [2, 2], values: Int32Array.from([1, 2, 3, 4]) },
  });
  const numpy = readFileSync(join(__dirname, "fixtures/numpy.npz"));
  const files = [
    ...hostileFiles(sound, { cuts: 100, spoiled: 500, noise: 50, seed: 4 }),
    ...hostileFiles(numpy, { cuts: 50, spoiled: 500, noise: 0, seed: 5 }),
  ];
  const verdict = await judge(files, data => parseNpz(data), allowance);
  expect(verdict.inputs).toBe(1200);
  expect(verdict.refused).toBeGreaterThan(800);
  // The central directory claims four gigabytes for an entry of a few bytes.
  const bomb = Buffer.from(sound);
  bomb.writeUInt32LE(0xfffffff0, bomb.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24);
  expect(() => parseNpz(bomb)).toThrow(/claims 4294967280 bytes, more than the limit/);
  bomb.writeUInt32LE(1 << 29, bomb.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24);
  expect(() => parseNpz(bomb)).toThrow(/claims to hold 536870912 bytes in \d+/);
});

test("CSV: 1,500 hostile files", async () => {
  const sound = bytes('name,mass,note\n"Ada, ""A""",1.5,ü\nBob,NA,"two\nlines"\nEve,-3e2,\r\n');
  const verdict = await judge(
    hostileFiles(sound, { cuts: 60, spoiled: 1340, noise: 100, seed: 6 }),
    data => parseCsv(data),
    allowance,
  );
  expect(verdict.inputs).toBe(1500);
  expect(verdict.refused).toBeGreaterThan(500);
  expect(() => parseCsv(`a\n"${"x".repeat(1e6)}`)).toThrow("csv: a quote opens here and never closes (at byte 2)");
  expect(() => parseCsv(bytes("a,b\n1,2\n1,2,3\n"))).toThrow(
    "csv: expected 2 fields as in the first record, got 3 (at byte 8)",
  );
  expect(() => parseCsv(Uint8Array.from([97, 10, 0xc3, 0x28]))).toThrow(
    "csv: expected UTF-8, byte 0xc3 is not (at byte 2)",
  );
});

test("PNG: 800 hostile files", async () => {
  const sound = await encodePng({
    values: Uint8Array.from({ length: 20 * 15 * 3 }, (_, i) => (i * 37) & 255),
    shape: [15, 20, 3],
  });
  const verdict = await judge(
    hostileFiles(sound, { cuts: 150, spoiled: 600, noise: 50, seed: 7 }),
    data => decodeImage(data),
    allowance,
  );
  expect(verdict.inputs).toBe(800);
  expect(verdict.refused).toBeGreaterThan(700); // Every chunk has a checksum: little damage goes unseen.
});

test("PNG: sound checksums around hostile contents", async () => {
  const chunk = (name: string, body: Uint8Array) => {
    const piece = Buffer.alloc(12 + body.length);
    piece.writeUInt32BE(body.length, 0);
    piece.write(name, 4, "latin1");
    piece.set(body, 8);
    piece.writeUInt32BE(crc32(piece.subarray(4, 8 + body.length)), 8 + body.length);
    return piece;
  };
  const header = (width: number, height: number, depth = 8, type = 2, rest = [0, 0, 0]) => {
    const body = Buffer.alloc(13);
    body.writeUInt32BE(width, 0);
    body.writeUInt32BE(height, 4);
    body.set([depth, type, ...rest], 8);
    return chunk("IHDR", body);
  };
  const signature = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const end = chunk("IEND", new Uint8Array());
  const pixels = chunk("IDAT", deflateSync(new Uint8Array(100)));
  const hostile: [Buffer[], string | RegExp][] = [
    [[header(65535, 65535), pixels, end], "65535 x 65535 pixels are more than the limit"],
    [[header(8000, 8000), pixels, end], /8000 x 8000 pixels cannot come out of \d+ compressed bytes/],
    [[header(0, 10), pixels, end], "expected at least one pixel, got 0 x 10"],
    [[header(4, 4, 7), pixels, end], "colour type 2 with 7 bits does not exist"],
    [[header(4, 4, 8, 3), pixels, end], "colour type 3 needs a palette"],
    [[header(4, 4), end], "there is no IDAT chunk"],
    [[header(4, 4), header(5, 5), pixels, end], "expected IHDR first and only once"],
    [[pixels, end], "expected IHDR first and only once"],
    // The structure is sound; deflate is not.
    [[header(4, 4), chunk("IDAT", Uint8Array.from([1, 2, 3, 4, 5])), end], "the pixels are not"],
    [[header(50, 50), pixels, end], "the pixels are not"],
  ];
  for (const [pieces, message] of hostile) {
    await expect(decodeImage(Buffer.concat([signature, ...pieces]))).rejects.toThrow(message);
    await expect(decodeImage(Buffer.concat([signature, ...pieces]))).rejects.toBeInstanceOf(FormatError);
  }
});

test("JPEG: 800 hostile files", async () => {
  const sound = await encodeJpeg({
    values: Uint8Array.from({ length: 32 * 24 * 3 }, (_, i) => (i * 91) & 255),
    shape: [24, 32, 3],
  });
  const verdict = await judge(
    hostileFiles(sound, { cuts: 200, spoiled: 550, noise: 50, seed: 8 }),
    data => decodeImage(data),
    allowance,
  );
  expect(verdict.inputs).toBe(800);
  expect(verdict.refused).toBeGreaterThan(300);
  const large = Buffer.from(sound);
  const frame = large.indexOf(Buffer.from([0xff, 0xc0]));
  large.writeUInt16BE(65500, frame + 5);
  large.writeUInt16BE(65500, frame + 7);
  await expect(decodeImage(large)).rejects.toThrow("65500 x 65500 pixels are more than the limit of 67108864");
  large.writeUInt16BE(8000, frame + 5);
  large.writeUInt16BE(8000, frame + 7);
  await expect(decodeImage(large)).rejects.toThrow(/8000 x 8000 pixels cannot come out of \d+ compressed bytes/);
});

test("what is neither PNG nor JPEG reaches no decoder", async () => {
  const svg = bytes('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  await expect(decodeImage(svg)).rejects.toThrow(
    "image: expected a PNG or a JPEG, the file begins with 0x3c (at byte 0)",
  );
  await expect(decodeImage(new Uint8Array())).rejects.toThrow(FormatError);
});
