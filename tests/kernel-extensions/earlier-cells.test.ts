// Cells that have been moved out of the document of the newest ones must mean to the compiler what they meant in it: the same
// sessions, with every cell moved at once, with some, and with none, give the same errors, word by word.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { rewriteCell } from "../../kernel-extensions/evaluate/rewrite";
import { transpileCell } from "../../kernel-extensions/evaluate/transpile";
import { complete, inspectAt } from "../../kernel-extensions/types/assist";
import type { Retirement } from "../../kernel-extensions/types/cell-document";
import { Checker } from "../../kernel-extensions/types/checker";

const repository = join(__dirname, "..", "..");

/** Cells by session. One that begins with "// !" has errors; one that begins with "// throws" ends in one when it runs. */
const sessions: Record<string, string[]> = {
  narrowing: [
    "let state: { loss: number } | undefined",
    "state = { loss: 0.5 }",
    "1",
    "state.loss",
    "state = undefined",
    "2",
    "// !\nstate.loss",
    "let u: string | number = 5",
    "u.toFixed()",
    "u = 'a'",
    "u.length",
    "// !\nu.toFixed()",
  ],
  "narrowed constants": [
    "const found = [1,2].find(x => x > 1)",
    "// !\nfound.toFixed()",
    "if (found === undefined) throw new Error('no')",
    "found.toFixed()",
    "found.toFixed(); const f2 = found",
    "f2.toFixed()",
  ],
  "assertion functions": [
    "function assert(x: unknown): asserts x { if (!x) throw new Error('a') }",
    "const m: Map<string, number> | undefined = new Map() as Map<string, number> | undefined",
    "assert(m)",
    "m.get('a')",
    "m.size.toFixed()",
  ],
  "arrays and variables without a type": [
    "const losses = []",
    "losses.push(1)",
    "losses[0]!.toFixed()",
    "let q = []",
    "q.push('a')",
    "q.push(2)",
    "const z = q[0]!",
    "// !\nz.length",
    "// !\nlosses[0].toUpperCase()",
    "let w; w = 5",
    "w.toFixed(); w = 'a'",
    "w.length",
    "let nn = null",
    "nn = 5",
    "nn.toFixed()",
  ],
  "names in lists of arguments": [
    "const [train, test] = [[1], ['a']]; Math.max(train.length, test.length); [train, test, 3]; let epochs = 3, rate = 0.1, seed",
    "[1, test, train, epochs,\nrate]",
    "let other = 1",
    "seed = 5",
    "const sizes = () => [train.length, test.length]",
    "const faster = () => epochs * rate",
    "seed.toFixed()",
    "// !\ntrain[0]!.length",
    "// !\nepochs.length",
    "test[0]!.length",
  ],
  "arrays filled late": [
    "const late = []",
    "1+1; let a1 = 1",
    "let a2 = 2",
    "let a3 = 2",
    "let a4 = 3",
    "let a5 = 3",
    "late.push(3)",
    "late[0].toFixed()",
    "// !\nlate[0].toUpperCase()",
  ],
  "assignments to what is no variable": [
    "const fixed = 1",
    "// !\nfixed = 2",
    "function f() {}",
    "// !\nf = () => {}",
    "class C {}",
    "// !\nC = class {}",
    "enum E { A }",
    "// !\nE = 5",
    "let ok = 1",
    "ok = 2",
    "// !\nok = 'a'",
    "ok++",
  ],
  "redeclared values": [
    "let a = 1",
    "let a = 'text'",
    "a.length",
    "// !\na.toFixed()",
    "const a = [1]",
    "a.map(x => x)",
    "// !\na = []",
    "class a { x = 1 }",
    "new a().x",
    "function a(n: number) { return n }",
    "a(1)",
    "// !\na('x')",
  ],
  "redeclared types": [
    "type Id = number; const one: Id = 1",
    "type Id = string; const two: Id = 'x'",
    "const three: Id = 'x'",
    "// !\nconst four: Id = 4",
    "interface P { x: number }",
    "interface P { y: number }",
    "const p: P = { y: 1 }",
    "// !\nconst p2: P = { x: 1 }",
    "const p3: P = p",
  ],
  "a type and a value of one name": [
    "type Named = { n: number }",
    "const Named = { make: () => ({ n: 1 }) as Named }",
    "const nm: Named = Named.make()",
    "nm.n",
    "// !\nNamed.nope",
    "// !\nconst bad: Named = { n: '' }",
  ],
  classes: [
    "abstract class Base<T> { #n = 1; protected q = 2; constructor(readonly v: T) {} abstract go(): T; get n() { return this.#n } static made = 0 }",
    "class Sub extends Base<string> { override go() { return this.v + this.q } }",
    "const s = new Sub('a')",
    "s.go().length",
    "// !\ns.q",
    "// !\nnew Base(1)",
    "class Sub2 extends Sub { override go() { return super.go() } }",
    "const s2: Sub = new Sub2('b')",
    "const list: Base<string>[] = [s, s2]",
    "list.map(x => x.go().length)",
    "s2 instanceof Sub2 ? s2.n : 0",
  ],
  namespaces: [
    "namespace Shapes { export interface Sq { side: number }; export const area = (s: Sq) => s.side ** 2 }",
    "const sq: Shapes.Sq = { side: 3 }",
    "Shapes.area(sq)",
    "// !\nShapes.area({ sid: 3 })",
    "namespace Shapes { export const other = 1 }",
    "Shapes.other",
    "// !\nShapes.area(sq)",
    "const o = Shapes.other",
    "o.toFixed()",
  ],
  enums: [
    "enum Mode { A, B = 7 }",
    "const enum K { Y = 3 }",
    "const m: Mode = Mode.B",
    "Mode[7].length; m === Mode.B",
    "K.Y",
    "// !\nMode.Nope",
    "// !\nconst mm: Mode = 'A'",
  ],
  generics: [
    "type Pair<T> = readonly [T, T]",
    "function swap<T>([a, b]: Pair<T>): Pair<T> { return [b, a] }",
    "interface Named { name: string }",
    "const sw: Pair<Named> = swap([{ name: 'x' }, { name: 'y' }])",
    "sw[0].name",
    "// !\nswap([1, 'a'])",
    "type Deep<T> = T extends Pair<infer U> ? U : never",
    "const d: Deep<Pair<number>> = 5",
    "// !\nconst d2: Deep<Pair<number>> = 'a'",
  ],
  "awaited values": [
    "const x = await (async () => ({ rows: [1] }))()",
    "x.rows[0]!.toFixed()",
    "// !\nx.cols",
    "const [y] = await Promise.all([Promise.resolve('a')])",
    "y.length",
    "async function* nums() { yield 1; yield 2 }; let sum = 0",
    "for await (const n of nums()) sum += n",
    "sum.toFixed()",
    "// !\nsum.length",
    "const big = await (1 as unknown as Promise<bigint>)",
    "// !\nbig.length",
    "const dyn = await import('node:fs')",
    "dyn.readFileSync",
    "// !\ndyn.nope",
  ],
  imports: [
    "import { area, Box } from './shape'",
    "const b = new Box(area(2))",
    "b.v.toFixed()",
    "import five, { type Id } from './shape'",
    "const id: Id = 'a'; five.toFixed()",
    "// !\nconst id2: Id = 5",
    "import { area, Box } from './shape'",
    "const bb: Box<number> = b",
    "bb.v.toFixed()",
    "import * as shape from './shape'",
    "shape.area(3)",
    "// !\nshape.nope",
  ],
  "imports in place of declarations": [
    "let area = 'text'",
    "import { area } from './shape'",
    "area(2)",
    "// !\narea.toUpperCase()",
    "const c = area(3)",
    "c.toFixed()",
    "const area = 'again'",
    "area.length",
    "1",
    "let k = area",
    "k.length",
    "// !\narea(2)",
    "import { area } from './shape'",
    "area(2)",
  ],
  "destructured names": [
    "const { a, b: [second], ...rest } = { a: 1, b: ['x'], c: true, d: 4 }",
    "let [h, ...t] = [1, 2, 3]",
    "h = 5; t.push(4)",
    "a.toFixed(); second!.length; rest.c",
    "// !\nrest.a",
    "h.toFixed(); t.length",
    "// !\nh = 'a'",
  ],
  vars: [
    "var v = 1",
    "var v = 'two'",
    "v.length",
    "v = 'three'",
    "// !\nv = 5",
    "if (v) { var inner = 5 }",
    "1",
    "v.length",
    "for (var i = 0; i < 3; i++) {}",
    "i.toFixed()",
    "// !\ni.length",
  ],
  functions: [
    "let count = 0",
    "const bump = () => { count++ }",
    "bump(); bump()",
    "count.toFixed()",
    "function later() { return helper(1) }\nfunction helper(n: number) { return String(n) }",
    "later().length",
    "// !\nlater().toFixed()",
    "function over(a: string): string; function over(a: number): number; function over(a: any) { return a }",
    "over('a').length; over(1).toFixed()",
    "// !\nover(true)",
  ],
  "cells that threw": [
    "// throws\nlet kept = 1; const also = 'a'; throw new Error('x'); let never = 3",
    "kept.toFixed(); also.length",
    "kept += 1",
    "never.toFixed()",
  ],
  "discriminated unions": [
    "type R = { ok: true; v: number } | { ok: false; e: string }",
    "const r = { ok: true, v: 1 } as R",
    "if (!r.ok) throw new Error(r.e)",
    "r.v.toFixed()",
    "let r2: R = { ok: false, e: 'a' }",
    "r2.e.length",
    "// !\nr2.v",
    "r2 = { ok: true, v: 3 }",
    "r2.v.toFixed()",
  ],
  closures: [
    "let model: { fit(): number } | undefined",
    "model = { fit: () => 1 }",
    "const run = () => model!.fit()",
    "run().toFixed()",
    "model.fit()",
    "const step = () => { if (!model) return 0; return model.fit() }",
    "step().toFixed()",
    "let lr = 0.1; function current() { return lr }",
    "lr = 0.5",
    "current().toFixed()",
    "// !\ncurrent().length",
  ],
  generators: [
    "function* walk() { for (let i = 0; ; i++) yield i }; const steps = walk()",
    "steps.next(); steps.next()",
    "const nx = steps.next()",
    "nx.value",
    "// !\nnx.valu",
    "const sym = Symbol('a'); const ob = { [sym]: 1 }",
    "ob[sym].toFixed()",
    "const uniq: unique symbol = Symbol()",
    "const mp = { [uniq]: 'a' }",
    "mp[uniq].length",
  ],
  "literal types": [
    "const lit = 'a' as const",
    "let wide = lit",
    "const back: 'a' = lit",
    "// !\nconst no: 'b' = lit",
    "let choice: 'x' | 'y' = 'x'",
    "choice = 'y'",
    "const cy: 'y' = choice",
    "// !\nconst cx: 'x' = choice",
    "const tuple = [1, 'a'] as const",
    "const t1: 'a' = tuple[1]",
    "const conf = { mode: 'fast' } satisfies { mode: 'fast' | 'slow' }",
    "const fm: 'fast' = conf.mode",
  ],
  decorators: [
    "function logged<T extends (...args: never[]) => unknown>(method: T, context: ClassMethodDecoratorContext): T { return method }",
    "class Tr { @logged step() { return 1 } accessor size = 3 }",
    "new Tr().step().toFixed(); new Tr().size++",
    "// !\nnew Tr().stp()",
  ],
  using: [
    "using file = { name: 'f', [Symbol.dispose]() {} }; const inside = file.name",
    "inside.length",
    "file.name.length",
    "// !\nfile.nope",
  ],
  "suggestions for unknown names": [
    "const width = 3",
    "const height = 3",
    "let a1 = 1",
    "let a2 = 1",
    "let a3 = 1",
    "let a4 = 1",
    "// !\nwidht + 1",
    "// !\n({ hieght })",
    "width * height",
  ],
  tfjs: [
    "import * as tf from '@tensorflow/tfjs'",
    "const t = tf.tensor([1, 2])",
    "t.add(1).square()",
    "// !\nt.noSuch()",
    "class Dense { w = tf.variable(tf.randomNormal([2, 2])); call(x: tf.Tensor2D): tf.Tensor2D { return x.matMul(this.w) as tf.Tensor2D } }",
    "const d = new Dense()",
    "let out = d.call(tf.ones([1, 2]))",
    "out = out.add(1)",
    "out.shape",
    "// !\nd.call(tf.ones([2]))",
    "let optional: tf.Tensor | null = null",
    "optional = t",
    "optional.print()",
    "const losses: number[] = []",
    "losses.push(1)",
    "losses.map(l => l * 2)",
  ],
  "global and ambient declarations": [
    "declare global { interface Window2 { a: number } var shared: number }\n",
    "const w: Window2 = { a: 1 }",
    "shared.toFixed()",
    "1",
    "const w2: Window2 = w",
    "// !\nw2.b",
    "declare const outside: { z: number }",
    "outside.z.toFixed()",
    "let pp = 1",
    "let ppp = 1",
    "let p4 = 1",
    "outside.z.toFixed()",
    "// !\noutside.q",
  ],
  "recursive types": [
    "interface Tree { left?: Tree; right?: Tree; v: number }",
    "const leaf: Tree = { v: 1 }",
    "function total(t: Tree): number { return t.v + (t.left ? total(t.left) : 0) + (t.right ? total(t.right) : 0) }",
    "total({ v: 1, left: leaf })",
    "const memo = new Map<string, Tree>()",
    "memo.set('a', leaf)",
    "memo.get('a')?.v.toFixed()",
    "// !\nmemo.get('a').v",
  ],
};

const ways: Record<string, Retirement> = {
  never: { limit: Number.POSITIVE_INFINITY, kept: 0 },
  "as in a notebook": { limit: 4, kept: 2 },
  "at once": { limit: 0, kept: 0 },
};

async function errorsOf(checker: Checker, cells: readonly string[]): Promise<string[][]> {
  checker.document.clear();
  const hidden = new Set<string>();
  const errors: string[][] = [];
  for (const [index, cell] of cells.entries()) {
    const found = await checker.check(cell);
    errors.push(found.map(({ code, message, start }) => `${code}: ${message} (${start.line}:${start.character})`));
    if (found.length > 0) continue;
    const { code } = await transpileCell(cell, "cell.ts", {});
    const { names, declared } = rewriteCell(code, cell, `$${index}`, hidden);
    checker.document.add(cell, { ...declared, values: names, threw: cell.startsWith("// throws") });
    checker.settle();
  }
  return errors;
}

describe("cells of another document", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "ftt-earlier-")));
  const checkers = new Map<string, Checker>();

  beforeAll(async () => {
    const link = join(folder, "node_modules", "@tensorflow", "tfjs");
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(dirname(createRequire(__filename).resolve("@tensorflow/tfjs/package.json")), link);
    writeFileSync(
      join(folder, "shape.ts"),
      `export const area = (side: number) => side ** 2;
export class Box<T> { constructor(readonly v: T) {} }
export type Id = string;
export default 5;
`,
    );
    const ambientTypes = join(repository, "kernel-extensions", "typings", "ambient.d.ts");
    for (const [way, retirement] of Object.entries(ways)) {
      const log = (message: string) => process.stderr.write(`${message}\n`);
      const options = { directory: folder, ambientTypes, retirement, log };
      checkers.set(way, new Checker(options));
    }
    await Promise.all([...checkers.values()].map(checker => checker.start()));
  }, 60_000);

  afterAll(() => {
    for (const checker of checkers.values()) checker.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [name, cells] of Object.entries(sessions)) {
    test(`carry over as if they were in the same document: ${name}`, async () => {
      const [never, ...others] = await Promise.all(Object.keys(ways).map(way => errorsOf(checkers.get(way)!, cells)));
      expect(never!.map(errors => errors.length > 0)).toEqual(cells.map(cell => cell.startsWith("// !")));
      for (const other of others) expect(other).toEqual(never);
    }, 60_000);
  }

  test("are completed and inspected under the names that their reader gave them", async () => {
    const checker = checkers.get("at once")!;
    await errorsOf(checker, [
      "/** Holds weights. */ class Layer { constructor(readonly units: number) {} }",
      "const layers: Layer[] = []; let learningRate: number | undefined = 0.1; const width = 3",
      "learningRate = 0.2",
    ]);
    expect((await complete(checker, "learn", 5)).matches).toContain("learningRate");
    expect((await complete(checker, "layers[0]!.", 11)).matches).toEqual(["units"]);
    const all = await complete(checker, "", 0);
    expect(all.matches.filter(match => /__(cell|now)/.test(match))).toEqual([]);
    const inspected = await Promise.all(
      ["Layer", "layers", "learningRate", "width"].map(async name => (await inspectAt(checker, name, 2))?.plain),
    );
    expect(inspected).toEqual([
      "class Layer\nHolds weights.",
      "const layers: Layer[]",
      "let learningRate: number",
      "const width: 3",
    ]);
  });
});
