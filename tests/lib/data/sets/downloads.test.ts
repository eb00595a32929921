/** Archives in the layout that CIFAR-10 and the movie reviews are published in, made by the system's own tar. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parseTar, parseTarGz } from "../../../../lib/data";
import { readCifar10, readImdb } from "../../../../lib/data/sets/downloads";
import { hostileFiles, judge } from "../formats/fuzz";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ftt-tar-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function archive(files: Record<string, Uint8Array | string>, ...options: string[]): Buffer {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const roots = [...new Set(Object.keys(files).map(name => name.split("/")[0]!))];
  execFileSync("tar", ["-czf", "made.tar.gz", ...options, ...roots], { cwd: folder });
  return readFileSync(join(folder, "made.tar.gz"));
}

test("CIFAR-10's planes of colour become pixels, five batches one after another", () => {
  const record = (label: number, red: number, green: number, blue: number) =>
    Buffer.concat([Buffer.of(label), ...[red, green, blue].map(value => Buffer.alloc(1024, value))]);
  const files = Object.fromEntries(
    [1, 2, 3, 4, 5].map(n => [`cifar-10-batches-bin/data_batch_${n}.bin`, record(n, n, 100 + n, 200 + n)]),
  );
  const data = readCifar10(
    archive({
      ...files,
      "cifar-10-batches-bin/test_batch.bin": record(9, 1, 2, 3),
      "cifar-10-batches-bin/batches.meta.txt": "airplane\n",
    }),
  );
  expect(data.train.shape).toEqual([5, 32, 32, 3]);
  expect([...data.train.labels]).toEqual([1, 2, 3, 4, 5]);
  expect([...data.train.image(2).subarray(0, 6)]).toEqual([3, 103, 203, 3, 103, 203]);
  expect(data.test.labelName(0)).toBe("truck");
  rmSync(join(folder, "cifar-10-batches-bin/data_batch_3.bin"));
  execFileSync("tar", ["-czf", "made.tar.gz", "cifar-10-batches-bin"], { cwd: folder });
  expect(() => readCifar10(readFileSync(join(folder, "made.tar.gz")))).toThrow("data_batch_3.bin is missing");
});

test("reviews carry sentiment and stars; the unlabelled are left out", () => {
  const reviews = readImdb(
    archive({
      "aclImdb/train/pos/0_9.txt": "Wonderful <br />film.",
      "aclImdb/train/neg/12_2.txt": "Awful.",
      "aclImdb/train/unsup/7_0.txt": "?",
      "aclImdb/test/pos/3_10.txt": "Café – great",
      "aclImdb/README": "read me",
    }),
  );
  expect(reviews.train).toHaveLength(2);
  expect(reviews.train).toContainEqual({ positive: true, stars: 9, text: "Wonderful <br />film." });
  expect(reviews.test).toEqual([{ positive: true, stars: 10, text: "Café – great" }]);
  expect(() => readImdb(archive({ "other/a": "b" }))).toThrow("holds no reviews");
});

test.each(["gnu", "pax", "ustar"])("long names survive in %s archives, and content is a view", format => {
  const name = `${"folder/".repeat(12)}${"n".repeat(60)}.txt`;
  const raw = gunzipSync(archive({ [name]: "deep" }, `--format=${format}`));
  const [entry] = [...parseTar(raw)];
  expect(entry!.name).toBe(name);
  expect(Buffer.from(entry!.bytes).toString()).toBe("deep");
  expect(entry!.bytes.buffer).toBe(raw.buffer);
});

test("TAR: 1,000 hostile archives", async () => {
  const raw = gunzipSync(archive({ "a/one.txt": "1".repeat(700), "a/two.txt": "2" }));
  const read = (bytes: Uint8Array) => [...parseTar(bytes)];
  const verdict = await judge(
    hostileFiles(raw.subarray(0, 4096), { cuts: 200, spoiled: 700, noise: 100, seed: 9 }),
    read,
    200,
  );
  expect(verdict.inputs).toBe(1000);
  expect(verdict.refused).toBeGreaterThan(600);
  expect(() => parseTarGz(Buffer.from("not a gzip"))).toThrow("the archive does not decompress");
});
