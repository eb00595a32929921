/**
 * CommonJS exports as the namespace that an `import` sees, with TypeScript's `esModuleInterop`: a module that was compiled from
 * ES syntax is its own namespace; of any other the exports are the default, and its properties the names.
 */
const namespaces = new WeakMap<object, object>();

export function namespaceOf(exports: unknown): object {
  if (exports === null || (typeof exports !== "object" && typeof exports !== "function")) return { default: exports };
  if ((exports as { __esModule?: unknown }).__esModule) return exports;
  const known = namespaces.get(exports);
  if (known) return known;
  const namespace: object = Object.create(null);
  for (const key of ownKeys(exports)) {
    Object.defineProperty(namespace, key, { enumerable: true, get: () => Reflect.get(exports, key) as unknown });
  }
  if (!Object.hasOwn(namespace, "default")) {
    Object.defineProperty(namespace, "default", { enumerable: true, value: exports });
  }
  Object.defineProperty(namespace, Symbol.toStringTag, { value: "Module" });
  namespaces.set(exports, namespace);
  return namespace;
}

function ownKeys(exports: object): string[] {
  return Object.getOwnPropertyNames(exports).filter(
    key => typeof exports !== "function" || !["length", "name", "prototype", "arguments", "caller"].includes(key),
  );
}
