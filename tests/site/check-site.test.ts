// The checker of links finds what is broken: each fault is put into a small site, and is named.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkSite } from "../../site/check-site";

function faultsOf(body: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "ftt-check-"));
  try {
    writeFileSync(join(folder, "index.html"), `<h1>Title</h1>${body}`);
    writeFileSync(join(folder, "other.html"), '<h1 id="there">Other</h1>');
    return checkSite(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("a sound page has no faults", () => {
  const sound =
    '<a href="other.html#there">x</a><a href="https://example.org">y</a><img src="data:image/png;base64,aa" alt="" width="1" height="1"><p>costs $5, or $6</p>';
  expect(faultsOf(sound)).toEqual([]);
});

test.each([
  ["a page that is not there", '<a href="gone.html">x</a>', 'the link "gone.html" leads nowhere'],
  ["a place that is not there", '<a href="other.html#here">x</a>', "a page without that place"],
  ["a place of its own that is not there", '<a href="#here">x</a>', "a page without that place"],
  ["a picture that is not there", '<img src="a.png" alt="" width="1" height="1">', '"a.png" is not there'],
  ["a picture without words", '<img src="data:image/png;base64,aa" width="1" height="1">', "has no words"],
  ["a picture without a size", '<img src="data:image/png;base64,aa" alt="">', "has no size"],
  ["a program from the network", '<script src="https://cdn.example.org/x.js"></script>', "needs the network"],
  ["a style from the network", '<link rel="stylesheet" href="https://cdn.example.org/x.css">', "needs the network"],
  ["data of a figure that is not there", '<figure data-script="figures/x.js"></figure>', "is not there"],
  ["a formula that is not set", "<p>so $\\frac12$ it is</p>", "left as TeX"],
  ["an id that occurs twice", '<p id="a"></p><p id="a"></p>', "occurs twice"],
  ["a second title", "<h1>More</h1>", "expected one title"],
])("%s is a fault", (_, body, words) => {
  expect(faultsOf(body).join("\n")).toContain(words);
});
