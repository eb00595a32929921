/**
 * The compiler options for a notebook. Its cells are a document that is not on disk, and so is the project that it belongs to:
 * a configuration that extends the nearest tsconfig.json, or sets strict defaults where there is none. The language server is
 * told the name of that configuration file and reads it from the open documents.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { EmitOptions } from "../evaluate/transpile";
import { earlierName } from "./earlier-cells";

export const configName = "__notebook__.tsconfig.json";
export const documentName = "__notebook__.ts";

export interface Project {
  configText: string;
  emit: EmitOptions;
}

interface TsConfig {
  extends?: string | string[];
  compilerOptions?: Record<string, unknown>;
}

const strictDefaults = {
  strict: true,
  // Without "dom": Node has no document, and reading its declarations takes as long as all others.
  lib: ["esnext"],
};

/**
 * What a notebook needs whatever the configuration says: how its modules are found and run is the kernel's doing, and names
 * may be unused in the cell that declares them.
 */
const always = {
  target: "esnext",
  module: "preserve",
  moduleResolution: "bundler",
  resolveJsonModule: true,
  esModuleInterop: true,
  noEmit: true,
  composite: false,
  incremental: false,
  declaration: false,
  skipLibCheck: true,
  noUnusedLocals: false,
  noUnusedParameters: false,
  allowUnreachableCode: true,
  allowUnusedLabels: true,
  verbatimModuleSyntax: false,
  isolatedModules: false,
  isolatedDeclarations: false,
  allowImportingTsExtensions: true,
  moduleDetection: "force",
  types: [] as string[],
};

/** @param ambientTypes The declarations of what the kernel provides. */
export function describeProject(directory: string, ambientTypes: string): Project {
  const nearest = findConfig(directory);
  const config = {
    ...(nearest ? { extends: nearest } : {}),
    compilerOptions: { ...(nearest ? {} : strictDefaults), ...always },
    // The configuration is a file of its own project, or the server would look for the project that it belongs to further up
    // and read all of that.
    files: [documentName, earlierName, configName, ambientTypes],
    include: [],
    references: [],
  };
  return { configText: JSON.stringify(config), emit: nearest ? readEmitOptions(nearest) : {} };
}

export function findConfig(directory: string): string | undefined {
  for (let at = directory; ; at = dirname(at)) {
    const path = join(at, "tsconfig.json");
    if (existsSync(path)) return path;
    if (dirname(at) === at) return undefined;
  }
}

function readEmitOptions(path: string, depth = 0): EmitOptions {
  const config = readConfig(path);
  const bases = [config.extends ?? []].flat().filter(base => base.startsWith("."));
  const inherited =
    depth > 5
      ? []
      : bases.map(base => readEmitOptions(join(dirname(path), base.replace(/(\.json)?$/, ".json")), depth + 1));
  const options = config.compilerOptions ?? {};
  const emit: Record<string, unknown> = Object.assign({}, ...inherited);
  for (const key of ["experimentalDecorators", "useDefineForClassFields", "jsx", "jsxFactory", "jsxImportSource"]) {
    if (options[key] !== undefined) emit[key] = options[key];
  }
  return emit as EmitOptions;
}

/** tsconfig.json is JSON with comments and trailing commas. */
function readConfig(path: string): TsConfig {
  try {
    const text = readFileSync(path, "utf8").replace(
      /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\/|,(?=\s*[}\]])/g,
      (_match, string: string | undefined) => string ?? "",
    );
    return JSON.parse(text) as TsConfig;
  } catch {
    return {}; // the type checker reports what is wrong with it
  }
}
