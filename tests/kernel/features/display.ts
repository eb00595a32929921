// Display: the last expression's value, as richly as it can be shown, and tslab's way to show more.
import assert from "node:assert/strict";
import type { MimeBundle } from "../client/wire";
import { type Feature, type Group, manifest } from "./feature";

const notDeno = { deno: "has a display API of its own" };

function plain(bundle: MimeBundle): string {
  return String(bundle["text/plain"] ?? "");
}

/** The value of one cell, shown. */
function shows(id: string, title: string, code: string | string[], check: (bundle: MimeBundle) => void): Feature {
  return {
    id,
    title,
    async run({ kernel }) {
      let shown: MimeBundle = {};
      for (const cell of [code].flat()) shown = (await kernel.run(cell)).shown;
      check(shown);
    },
  };
}

/** A call of tslab's display API and the MIME type that it must send. */
function tslab(id: string, title: string, call: string, mime: string, expected: string): Feature {
  return {
    id,
    title,
    notFor: notDeno,
    async run({ kernel }) {
      const exchange = await kernel.run(`import * as tslab from "tslab"; ${call}`);
      const data = exchange.displays.find(bundle => mime in bundle);
      assert.ok(data, `expected ${mime}, got ${exchange.displays.map(bundle => Object.keys(bundle))}`);
      assert.equal(String(data[mime]).trim(), expected);
    },
  };
}

const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const tensors = { files: { "package.json": manifest("@tensorflow/tfjs") }, packages: ["@tensorflow/tfjs"] };
const isPng = (bundle: MimeBundle) =>
  Buffer.from(String(bundle["image/png"] ?? ""), "base64")
    .subarray(1, 4)
    .toString() === "PNG";

const features: Feature[] = [
  shows(
    "jupyter-display",
    'a value with `Symbol.for("Jupyter.display")` is shown as it says',
    "const figure = { [Symbol.for('Jupyter.display')]() { return { 'text/plain': 'plain', 'text/html': '<b>rich</b>', 'application/vnd.custom+json': { a: 1 } } } }; figure",
    bundle => {
      assert.deepEqual(bundle, {
        "text/plain": "plain",
        "text/html": "<b>rich</b>",
        "application/vnd.custom+json": { a: 1 },
      });
    },
  ),
  shows(
    "jupyter-display-async",
    "... also when it takes its time",
    "class Figure { async [Symbol.for('Jupyter.display')]() { await new Promise(done => setTimeout(done, 20)); return { 'text/plain': 'in the end' } } }; new Figure()",
    bundle => {
      assert.equal(plain(bundle), "in the end");
    },
  ),
  {
    id: "jupyter-display-metadata",
    title: '`Symbol.for("Jupyter.display.metadata")` tells the size at which its picture is meant',
    async run({ kernel }) {
      const value = `({ [Symbol.for("Jupyter.display")]: () => ({ "image/png": "${pixel}" }), [Symbol.for("Jupyter.display.metadata")]: () => ({ "image/png": { width: 350 } }) })`;
      const metadata = { "image/png": { width: 350 } };
      const exchange = await kernel.run(value);
      assert.deepEqual(exchange.all("execute_result")[0]?.content.metadata, metadata);
      const shown = await kernel.run(`await Jupyter.show(${value})`);
      assert.deepEqual(shown.all("display_data")[0]?.content.metadata, metadata);
    },
  },
  {
    id: "jupyter-display-throws",
    title: "... and one that throws harms nothing and is told",
    async run({ kernel }) {
      const exchange = await kernel.execute(
        "({ [Symbol.for('Jupyter.display')]() { throw new Error('cannot draw') } })",
        { stop_on_error: false },
      );
      assert.match(`${exchange.visible} ${JSON.stringify(exchange.shown)}`, /cannot draw/);
      assert.equal((await kernel.run("console.log('next')")).stdout.trim(), "next");
    },
  },
  {
    ...shows(
      "tensor",
      "a tensor shows shape, dtype and values",
      ["import * as tf from '@tensorflow/tfjs'", "tf.tensor2d([[1.5, 2], [3, 4]])"],
      bundle => {
        const text = plain(bundle);
        for (const part of [/2\s*[,x×]\s*2/, /float32/, /1\.5/, /4/]) assert.match(text, part);
      },
    ),
    ...tensors,
  },
  {
    ...shows(
      "tensor-scalar",
      "a scalar of integers shows its value and dtype",
      ["import * as tf from '@tensorflow/tfjs'", "tf.scalar(7, 'int32')"],
      bundle => {
        assert.match(plain(bundle), /int32/);
        assert.match(plain(bundle), /7/);
      },
    ),
    ...tensors,
  },
  {
    ...shows(
      "tensor-nested",
      "tensors inside an array or an object show shape, dtype and values too",
      [
        "import * as tf from '@tensorflow/tfjs'",
        "({ weights: [tf.tensor1d([41.5, 2])], mask: tf.tensor1d([true, false], 'bool') })",
      ],
      bundle => {
        for (const part of [/weights/, /float32/, /41\.5/, /bool/, /2/]) assert.match(plain(bundle), part);
        assert.doesNotMatch(plain(bundle), /dataId/, "expected none of a tensor's insides");
      },
    ),
    ...tensors,
  },
  {
    ...shows(
      "tensor-large",
      "a large tensor is abridged",
      ["import * as tf from '@tensorflow/tfjs'", "tf.zeros([1000, 1000])"],
      bundle => {
        assert.match(plain(bundle), /1000\s*[,x×]\s*1000/);
        assert.ok(plain(bundle).length < 20_000, `got ${plain(bundle).length} characters`);
      },
    ),
    ...tensors,
  },
  {
    ...shows(
      "tensor-image",
      "a tensor that is an image shows a small picture",
      ["import * as tf from '@tensorflow/tfjs'", "tf.randomUniform([32, 32, 3])"],
      bundle => {
        assert.ok(isPng(bundle), `expected image/png, got ${Object.keys(bundle)}`);
        assert.match(plain(bundle), /32/);
      },
    ),
    ...tensors,
  },
  {
    id: "tensor-disposed",
    title: "a disposed tensor harms nothing",
    ...tensors,
    async run({ kernel }) {
      await kernel.run("import * as tf from '@tensorflow/tfjs'; const gone = tf.zeros([2]); gone.dispose()", {
        ms: 30_000,
      });
      const exchange = await kernel.run("gone");
      assert.match(plain(exchange.shown), /disposed/i);
    },
  },
  shows("typed-array", "a typed array shows its type, length and values", "new Float32Array([1, 2.5, 3])", bundle => {
    for (const part of ["Float32Array", "3", "2.5"]) assert.ok(plain(bundle).includes(part), plain(bundle));
  }),
  shows("typed-array-large", "a large typed array is abridged", "new Float64Array(1_000_000)", bundle => {
    assert.match(plain(bundle), /1[_,]?000[_,]?000/);
    assert.ok(plain(bundle).length < 20_000);
  }),
  shows(
    "records",
    "an array of records is shown as a table",
    "[{ name: 'Ada', born: 1815 }, { name: 'Alan <b>', born: 1912 }]",
    bundle => {
      const html = String(bundle["text/html"]);
      assert.match(html, /<table/);
      for (const part of ["name", "born", "Ada", "1912", "Alan &lt;b&gt;"])
        assert.ok(html.includes(part), `expected ${part} in ${html.slice(0, 500)}`);
      assert.match(plain(bundle), /Ada/);
    },
  ),
  shows(
    "records-many",
    "a long array of records is a table that says how much it leaves out",
    "Array.from({ length: 100_000 }, (_, i) => ({ i, square: i * i }))",
    bundle => {
      const html = String(bundle["text/html"]);
      assert.match(html, /<table/);
      assert.ok(html.length < 200_000);
      assert.match(html + plain(bundle), /100[,_ ]?000|99[,_ ]?9\d\d|more/);
    },
  ),
  tslab("tslab-html", "tslab's `display.html`", "tslab.display.html('<i>x</i>')", "text/html", "<i>x</i>"),
  tslab("tslab-markdown", "tslab's `display.markdown`", "tslab.display.markdown('**x**')", "text/markdown", "**x**"),
  tslab("tslab-latex", "tslab's `display.latex`", "tslab.display.latex('$x^2$')", "text/latex", "$x^2$"),
  tslab(
    "tslab-javascript",
    "tslab's `display.javascript`",
    "tslab.display.javascript('1')",
    "application/javascript",
    "1",
  ),
  tslab("tslab-svg", "tslab's `display.svg`", "tslab.display.svg('<svg/>')", "image/svg+xml", "<svg/>"),
  tslab("tslab-text", "tslab's `display.text`", "tslab.display.text('x')", "text/plain", "x"),
  tslab(
    "tslab-png",
    "tslab's `display.png` and its kin send base64",
    `tslab.display.png(Buffer.from('${pixel}', 'base64'))`,
    "image/png",
    pixel,
  ),
  tslab("tslab-jpeg", "tslab's `display.jpeg`", "tslab.display.jpeg(new Uint8Array([1, 2, 3]))", "image/jpeg", "AQID"),
  tslab(
    "tslab-raw",
    "tslab's `display.raw` sends any type",
    "tslab.display.raw('application/json', '{\"a\": 1}')",
    "application/json",
    '{"a": 1}',
  ),
  {
    id: "tslab-new-display",
    title: "tslab's `newDisplay` replaces its own output",
    notFor: notDeno,
    async run({ kernel }) {
      const exchange = await kernel.run(
        'import { newDisplay } from "tslab"; const d = newDisplay(); d.text("one"); d.text("two")',
      );
      assert.equal(exchange.displays.length, 1);
      assert.equal(exchange.all("update_display_data")[0]!.content.data!["text/plain"], "two");
    },
  },
  {
    id: "tslab-versions",
    title: "tslab's `versions` tell tslab, TypeScript and Node",
    notFor: notDeno,
    async run({ kernel }) {
      const exchange = await kernel.run(
        'import * as tslab from "tslab"; console.log(Object.keys(tslab.versions).sort().join(), tslab.versions.node)',
      );
      assert.match(exchange.stdout, /node,.*tslab,.*typescript v?\d+/);
    },
  },
  shows(
    "inspect-object",
    "plain inspection: nested objects, maps, sets, dates, classes",
    "class Layer { units = 3; #secret = 1 }; ({ a: { b: { c: [1, 2] } }, map: new Map([['k', 1]]), set: new Set([1]), layer: new Layer(), when: new Date(0) })",
    bundle => {
      for (const part of ["c: [", /['"]k['"] => 1/, "Set(1)", "Layer { units: 3 }", "1970-01-01"])
        assert.ok(typeof part === "string" ? plain(bundle).includes(part) : part.test(plain(bundle)), plain(bundle));
    },
  ),
  shows("inspect-string", "a string is shown as a literal", "'two\\nlines'", bundle =>
    assert.match(plain(bundle), /^['"`]two\\nlines['"`]$/),
  ),
  shows("inspect-falsy", "`null`, `0`, `false` and the empty string are shown", "[null, 0, false, '']", bundle =>
    assert.match(plain(bundle), /null, 0, false, (''|"")/),
  ),
  shows("inspect-null", "`null` alone is shown", "null", bundle => assert.equal(plain(bundle), "null")),
  shows(
    "inspect-circular",
    "a circular object is shown",
    "const ring: { self?: unknown } = {}; ring.self = ring; ring",
    bundle => assert.match(plain(bundle), /Circular/),
  ),
  shows(
    "inspect-function",
    "functions and classes are shown by name",
    "[function train() {}, class Model {}]",
    bundle => {
      assert.match(plain(bundle), /train/);
      assert.match(plain(bundle), /class Model/);
    },
  ),
  shows("inspect-huge", "a huge array is abridged", "Array.from({ length: 5_000_000 }, (_, i) => i)", bundle => {
    assert.match(plain(bundle), /more/);
    assert.ok(plain(bundle).length < 20_000);
  }),
  {
    id: "inspect-hostile",
    title: "a value whose getters, proxies or inspection throw harms nothing",
    async run({ kernel }) {
      for (const value of [
        "({ get x(): number { throw new Error('no') } })",
        "new Proxy({}, { get() { throw new Error('no') }, ownKeys() { throw new Error('no') } })",
        "({ [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('no') } })",
        "({ toString() { throw new Error('no') }, toJSON() { throw new Error('no') } })",
      ]) {
        const exchange = await kernel.execute(value, { stop_on_error: false });
        assert.ok(exchange.status === "ok" || exchange.errors.length === 1, value);
      }
      assert.equal((await kernel.run("console.log('next')")).stdout.trim(), "next");
    },
  },
];

export const display: Group = { name: "display", title: "Display", features };
