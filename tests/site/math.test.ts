// Formulas are set where Jupyter would set them, and nowhere else.
import { parseDocument } from "htmlparser2";
import { htmlOf, textOf } from "../../site/dom";
import { renderMath, setFormulasOf } from "../../site/math";

function set(markup: string): { count: number; html: string } {
  const document = parseDocument(markup);
  return { count: renderMath(document, "a page"), html: htmlOf(document) };
}

test("formulas in a line and in display are set, with MathML beside what is seen", () => {
  const { count, html } = set("<p>Here $x^2 &lt; y$, and $$\\sum_i x_i$$</p>");
  expect(count).toBe(2);
  expect(html).toContain("<math");
  expect(html).toContain('class="katex-display"');
  expect(html).not.toContain("$");
});

test("code, escaped dollars and lone dollars are left alone", () => {
  for (const markup of ["<pre>$x$ $$y$$</pre>", "<p><code>a $b$</code></p>", "<p>It costs $5.</p>"]) {
    expect(set(markup)).toEqual({ count: 0, html: markup });
  }
});

test("words between formulas keep what was escaped", () => {
  const document = parseDocument("<p>$a$ &lt;b&gt; &amp;amp; $c$</p>");
  renderMath(document, "a page");
  expect(textOf(document)).toContain("<b> &amp;");
});

test("a formula that cannot be read names its page and itself", () => {
  expect(() => set("<p>$\\nonsense{1}$</p>")).toThrow(/^a page: the formula \$\\nonsense\{1\}\$ cannot be set: /);
});

test("a page of nbconvert's loses the programs that it would fetch, and keeps its own", () => {
  const page =
    '<html><head><script src="https://cdn.example.org/MathJax.js"></script><script>init_mathjax = MathJax.Hub</script><script>own()</script></head><body><p>$x$</p></body></html>';
  const html = setFormulasOf(page, "a page");
  expect(html.slice(0, html.indexOf("<style>"))).toBe("<html><head><script>own()</script>");
  expect(html.includes("@font-face")).toBe(true);
});
