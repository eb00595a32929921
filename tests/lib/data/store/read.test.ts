/** A dataset that is missing or damaged is refused, with the file's name and the way back. */
import { appendFileSync, closeSync, cpSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataError, mnist } from "../../../../lib/data";
import { dataFolder } from "../../../../lib/data/store/folders";
import { verifyDataset } from "../../../../lib/data/verify";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ftt-data-"));
  cpSync(join(dataFolder, "manifest.json"), join(folder, "manifest.json"));
  cpSync(join(dataFolder, "mnist"), join(folder, "mnist"), { recursive: true });
});

afterEach(() => rmSync(folder, { recursive: true }));

async function refusal(): Promise<DataError> {
  const error: unknown = await mnist({ folder }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return error as DataError;
}

const restore =
  "restore it with `git checkout -- data/mnist/t10k-images-idx3-ubyte.br`, or make it again with `ftt data build mnist`";

test("a whole copy loads from any folder", async () => {
  expect((await mnist({ folder })).train.length).toBe(60_000);
});

test("a missing file is named, with two ways to restore it", async () => {
  rmSync(join(folder, "mnist/t10k-images-idx3-ubyte.br"));
  const error = await refusal();
  expect(error.code).toBe("DATA_MISSING");
  expect(error.message).toContain("t10k-images-idx3-ubyte.br is missing");
  expect(error.message).toContain(restore);
});

test("a file of another length is damaged", async () => {
  appendFileSync(join(folder, "mnist/t10k-images-idx3-ubyte.br"), "x");
  const error = await refusal();
  expect(error.code).toBe("DATA_DAMAGED");
  expect(error.message).toMatch(/expected \d+ bytes, got \d+/);
  expect(error.message).toContain(restore);
});

test("one changed byte is found, even after the file was verified before", async () => {
  await mnist({ folder });
  const file = openSync(join(folder, "mnist/t10k-images-idx3-ubyte.br"), "r+");
  writeSync(file, Buffer.from([0xaa]), 0, 1, 1000);
  closeSync(file);
  const error = await refusal();
  expect(error.code).toBe("DATA_DAMAGED");
  expect(error.message).toContain("expected SHA-256");
  expect(error.message).toContain(restore);
  const findings = await verifyDataset("mnist", { folder });
  expect(findings.filter(finding => finding.problem).map(finding => finding.path)).toEqual([
    "mnist/t10k-images-idx3-ubyte.br",
  ]);
});

test("a manifest that is missing or no manifest is named", async () => {
  writeFileSync(join(folder, "manifest.json"), "{}");
  expect((await refusal()).message).toContain('has no "datasets"');
  writeFileSync(join(folder, "manifest.json"), "<<<<<<< HEAD");
  expect((await refusal()).code).toBe("DATA_DAMAGED");
  rmSync(join(folder, "manifest.json"));
  expect((await refusal()).message).toContain("git checkout -- data/manifest.json");
});
