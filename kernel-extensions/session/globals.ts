/** What a cell finds without importing it: `require`, `__dirname`, `input`, `Jupyter`, and the packages the kernel itself provides. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Comms } from "../display/comms";
import { jupyter, jupyterSymbol } from "../display/jupyter";
import { show } from "../display/show";
import * as tslab from "../display/tslab";
import { runMagic } from "../magics/run";
import type { CompiledModule } from "../modules/analyse";
import { cacheByteCode } from "../modules/byte-code";
import { pruneCache } from "../modules/disk-cache";
import { type Compiler, createLoader } from "../modules/loader";
import type { Inputs } from "./input";
import { askAndWait, tell } from "./link";
import type { ToRuntime } from "./protocol";

export interface CellEnvironment {
  import(specifier: string): Promise<object>;
  prepare(specifier: string): void;
  magic(name: string, argument: string): Promise<unknown>;
  /** What `import.meta` is in a cell. */
  meta: { readonly url: string; readonly dirname: string; readonly filename: string };
  /** The front thread's answer to a request to compile. */
  compiled(message: Extract<ToRuntime, { type: "compiled" }>): void;
}

export function installGlobals(parts: { inputs: Inputs; comms: Comms }): CellEnvironment {
  cacheByteCode();
  const compiler = createCompiler();
  const packages = new Map<string, () => object>([["tslab", () => tslab]]);
  const loader = createLoader(compiler, packages);
  const meta = {
    get dirname() {
      return process.cwd();
    },
    get filename() {
      return join(process.cwd(), "notebook.ts");
    },
    get url() {
      return pathToFileURL(meta.filename).href;
    },
  };
  const input = Object.assign((prompt = "") => parts.inputs.ask(String(prompt), false), {
    hidden: (prompt = "") => parts.inputs.ask(String(prompt), true),
  });
  const api = Object.create(jupyter, {
    input: { value: input },
    show: {
      value: async (...values: unknown[]) => {
        for (const value of values) {
          const { data, metadata } = await show(value);
          jupyter.display(data, { metadata });
        }
      },
    },
    comms: { value: { open: parts.comms.create.bind(parts.comms), register: parts.comms.register.bind(parts.comms) } },
  }) as object;

  define(jupyterSymbol, { value: jupyter });
  define("Jupyter", { value: api, writable: true });
  define("input", { value: input, writable: true });
  define("require", { get: () => loader.requireFor(meta.filename) });
  define("__dirname", { get: () => meta.dirname });
  define("__filename", { get: () => meta.filename });
  setTimeout(pruneCache, 60_000).unref();
  return { import: loader.import, prepare: loader.prepare, magic: runMagic, meta, compiled: compiler.answer };
}

/** Globals that a cell may declare anew, as it may any other name. */
function define(name: string | symbol, descriptor: PropertyDescriptor): void {
  Object.defineProperty(globalThis, name, { configurable: true, enumerable: false, ...descriptor });
}

interface AskingCompiler extends Compiler {
  answer: CellEnvironment["compiled"];
}

/** The compilers live in the front thread; this one asks there. */
function createCompiler(): AskingCompiler {
  const waiting = new Map<number, { resolve(compiled: CompiledModule): void; reject(reason: Error): void }>();
  let count = 0;
  return {
    compile(path, source) {
      count += 1;
      const id = count;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        tell({ type: "compile", id, path, source });
      });
    },
    compileSync(path, source) {
      const answer = askAndWait({ type: "compile", id: 0, path, source });
      if (answer.type !== "compiled" || !answer.module) throw compileError(answer);
      return answer.module;
    },
    answer(message) {
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.module) asked?.resolve(message.module);
      else asked?.reject(compileError(message));
    },
  };
}

function compileError(answer: ToRuntime): Error {
  const text = answer.type === "compiled" ? answer.error : undefined;
  return Object.assign(new SyntaxError(text ?? "internal: no answer from the compiler"), { stack: text ?? "" });
}
