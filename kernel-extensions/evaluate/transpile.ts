/** TypeScript to JavaScript by esbuild, whose service runs in a process of its own and is asked over pipes. */
import { type Message, stop, type TransformOptions, transform } from "esbuild";

export interface Transpiled {
  code: string;
  /** Source map, version 3, as JSON. */
  map: string;
}

/** Compiler options of the nearest tsconfig.json that change what code is emitted. */
export interface EmitOptions {
  experimentalDecorators?: boolean;
  useDefineForClassFields?: boolean;
  jsx?: "preserve" | "react-native" | "react" | "react-jsx" | "react-jsxdev";
  jsxFactory?: string;
  jsxImportSource?: string;
}

export class SyntaxFault extends Error {
  override name = "SyntaxError";
  constructor(
    message: string,
    /** Line and column, both from 1, and the text of that line. */
    readonly place: { line: number; column: number; length: number; text: string } | undefined,
  ) {
    super(message);
  }
}

const target = `node${process.versions.node}`;

/** Compiles a cell; the result is a module whose imports are all kept, because a later cell may use them. */
export function transpileCell(source: string, file: string, emit: EmitOptions): Promise<Transpiled> {
  return compile(source, {
    loader: emit.jsx ? "tsx" : "ts",
    sourcefile: file,
    tsconfigRaw: { compilerOptions: { ...emit, verbatimModuleSyntax: true } },
  });
}

/** Compiles a local module to CommonJS, or to a module where it awaits at its top level. */
export async function transpileModule(source: string, path: string, emit: EmitOptions): Promise<Transpiled> {
  const loader = /\.[cm]?tsx?$/.test(path) ? (path.endsWith("x") ? "tsx" : "ts") : path.endsWith("x") ? "jsx" : "js";
  const options: TransformOptions = {
    loader,
    sourcefile: path,
    tsconfigRaw: { compilerOptions: { ...emit } },
    define: {
      "import.meta.url": "__meta.url",
      "import.meta.dirname": "__dirname",
      "import.meta.filename": "__filename",
    },
    keepNames: false,
  };
  try {
    return await compile(source, { ...options, format: "cjs" });
  } catch (error) {
    if (error instanceof SyntaxFault && /top-level await/i.test(error.message)) return compile(source, options);
    throw error;
  }
}

async function compile(source: string, options: TransformOptions, isRetry = false): Promise<Transpiled> {
  try {
    return await transform(source, {
      target,
      charset: "utf8",
      sourcemap: "external",
      sourcesContent: false,
      logLevel: "silent",
      ...options,
    });
  } catch (error) {
    const first = (error as { errors?: Message[] }).errors?.[0];
    if (first) throw faultOf(first);
    // Not about the source: esbuild's process has died. After `stop` the next call starts another.
    if (isRetry) throw error;
    await stop();
    return compile(source, options, true);
  }
}

function faultOf({ text, location }: Message): SyntaxFault {
  if (!location) return new SyntaxFault(text, undefined);
  const { line, column, length, lineText } = location;
  return new SyntaxFault(text, { line, column: column + 1, length: Math.max(1, length), text: lineText });
}
