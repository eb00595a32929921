// One address of the repository in all places that name it, and none that was invented.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { badges, parseRepository, repositoryOf, writeAddress } from "../../cli/badges";
import { ROOT } from "./checkout";

const repository = { owner: "some-one", name: "a.course" };
const files = [
  "package.json",
  "README.md",
  "docs/hosted.md",
  "notebooks/colab-setup.ipynb",
  "notebooks/kaggle-launcher.ipynb",
];

test("an address of GitHub is read in every way that people write it, another is refused with what to give", () => {
  for (const address of [
    "https://github.com/some-one/a.course",
    "https://github.com/some-one/a.course/",
    "git+https://github.com/some-one/a.course.git",
  ])
    expect(parseRepository(address)).toEqual(repository);
  for (const address of ["https://example.org/a/b", "some-one/a.course", "https://github.com/some-one"])
    expect(() => parseRepository(address)).toThrow(/expected an address such as https:\/\/github.com\/OWNER\/NAME/);
  expect(() => parseRepository(undefined)).toThrow(/not known yet; give it once: ftt badges .* --write/);
});

test("each badge opens a file that is there", () => {
  const links = badges(repository).split("\n");
  expect(links).toHaveLength(4);
  for (const link of links) {
    expect(link).toMatch(
      /^\[!\[Open in [\w ]+\]\(https:\/\/[^)]+\.svg\)\]\(https:\/\/[^)]*some-one\/a\.course[^)]*\)$/,
    );
    const file = link.match(/notebooks\/[\w-]+\.ipynb/)?.[0];
    if (file) expect(readFileSync(join(ROOT, file), "utf8")).toContain('"nbformat": 4');
  }
});

test("the notebooks hold the address that package.json holds, or none as long as it holds none", () => {
  const address = repositoryOf(ROOT);
  for (const name of ["colab-setup", "kaggle-launcher"])
    expect(readFileSync(join(ROOT, "notebooks", `${name}.ipynb`), "utf8")).toContain(`REPO = \\"${address ?? ""}\\"`);
});

describe("writing the address", () => {
  let copy: string;
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), "ftt-badges-"));
    for (const file of files) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      cpSync(join(ROOT, file), join(copy, file));
    }
  });
  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  test("brings every place in line, changes nothing else, and a second time changes nothing", () => {
    const changed = writeAddress(copy, repository);
    expect(changed).toEqual(expect.arrayContaining(files.filter(file => file !== "README.md")));
    expect(repositoryOf(copy)).toBe("https://github.com/some-one/a.course");
    const page = readFileSync(join(copy, "docs/hosted.md"), "utf8");
    expect(page).toContain(badges(repository));
    for (const name of ["colab-setup", "kaggle-launcher"]) {
      const before = JSON.parse(readFileSync(join(ROOT, "notebooks", `${name}.ipynb`), "utf8"));
      const after = JSON.parse(readFileSync(join(copy, "notebooks", `${name}.ipynb`), "utf8"));
      const first = before.cells.find((cell: { cell_type: string }) => cell.cell_type === "code");
      first.source = first.source.map((line: string) =>
        line.replace(/REPO = "[^"]*"/, 'REPO = "https://github.com/some-one/a.course"'),
      );
      expect(after).toEqual(before);
    }
    expect(writeAddress(copy, repository)).toEqual([]);
    // And to another address later.
    const moved = { owner: "other", name: "course" };
    expect(writeAddress(copy, moved)).toEqual(changed);
    expect(readFileSync(join(copy, "docs/hosted.md"), "utf8")).not.toContain("some-one");
  });
});
