// Cell texts that nobody wrote: tokens of TypeScript in no order, mutilated programs, and characters from all over Unicode.
import type { Dice } from "./random";

const tokens =
  "const let var function class enum interface type namespace import from export default async await for while do if else switch case return throw try catch finally new delete typeof instanceof in of void yield using static get set extends implements abstract declare readonly as satisfies keyof infer unique symbol number string boolean null undefined true false this super a b c x y 0 1 2n 0x1f 1e5 .5 'text' \"text\" `tpl` ` $ { } ( ) [ ] { } < > <= => == === != ! ? ?? ?. : ; , . ... + - * / % ** ++ -- & | ^ ~ << >>> && || = += @ # #a \\ // /* */ /re/g /[ \n \t \r\n".split(
    " ",
  );

const programs = [
  "const a: number = 1;\nfunction f(x: number) { return x * a }\nf(2)",
  "class A<T> { #x = 1; static { A.y = 2 } static y = 0; get z(): T | undefined { return undefined } }\nnew A<string>().z",
  "for await (const x of [1, 2]) console.log(`x $" + "{x} $" + "{'y'}`)",
  "import { readFileSync } from 'node:fs';\nexport const z = readFileSync;",
  "enum E { A = 1, B = A << 2 }\nnamespace N { export const q = E.B }\nN.q",
  "const { a, ...rest } = { a: 1, b: [1, , 2] }; label: { break label }\nrest.b?.[0]!",
  "%time 1 + 1",
  "%%time\nlet s = 0; for (let i = 0; i < 10; i++) s += i",
  "%types warn\nconst n: string = 1",
  "%types on",
  "throw new Error('x', { cause: 1 })",
  "await Promise.reject({ toString() { throw 1 } })",
];

const characters = [
  "\u0000",
  "\u2028",
  "\ufeff",
  "\ud800",
  "\udc00",
  "é",
  "𝒳",
  "😀",
  "‮",
  "\u001b[31m",
  "\r",
  "\f",
  "“",
  "”",
];

/** One random cell. */
export function cellText(dice: Dice): string {
  switch (dice.below(4)) {
    case 0:
      return Array.from({ length: 1 + dice.below(25) }, () => dice.pick(tokens)).join(dice.pick([" ", " ", "", "\n"]));
    case 1: {
      const program = dice.pick(programs);
      const from = dice.below(program.length);
      return program.slice(0, from) + program.slice(from + 1 + dice.below(12));
    }
    case 2: {
      const program = dice.pick(programs);
      const at = dice.below(program.length);
      return program.slice(0, at) + dice.pick([...tokens, ...characters]) + program.slice(at);
    }
    default:
      return Array.from({ length: 1 + dice.below(30) }, () =>
        dice.next() < 0.5 ? dice.pick(characters) : String.fromCodePoint(32 + dice.below(95)),
      ).join("");
  }
}
