/**
 * Has `console.log` and Node's inspection show tensors as tensors, wherever they stand: their class gets the method that
 * `util.inspect` looks for, unless it has one.
 */
import { inspect } from "node:util";
import { isTensorLike, tensorText } from "./tensor";

/** Looks into arrays and plain objects, this deep and at so many values. */
const depth = 4;
const most = 500;

export function teachInspection(value: unknown): void {
  let left = most;
  const visit = (item: unknown, level: number): void => {
    if (item === null || typeof item !== "object" || level > depth || left-- <= 0) return;
    if (isTensorLike(item)) teach(item);
    else if (Array.isArray(item)) for (const each of item.slice(0, 20)) visit(each, level + 1);
    else if (item instanceof Map) for (const each of item.values()) visit(each, level + 1);
    else if (isPlain(item)) for (const each of Object.values(item).slice(0, 50)) visit(each, level + 1);
  };
  visit(value, 0);
}

/** For the exports of a package: its class of tensors, if it has one. */
export function teachPackage(exports: object): void {
  const { Tensor } = exports as { Tensor?: unknown };
  const prototype: unknown = typeof Tensor === "function" ? Tensor.prototype : undefined;
  if (typeof prototype === "object" && prototype !== null && "dataSync" in prototype) addMethod(prototype);
}

function teach(tensor: object): void {
  const prototype: unknown = Object.getPrototypeOf(tensor);
  const isClass = prototype !== null && typeof prototype === "object" && prototype !== Object.prototype;
  addMethod(isClass ? prototype : tensor);
}

function addMethod(owner: object): void {
  if (inspect.custom in owner || !Object.isExtensible(owner)) return;
  Object.defineProperty(owner, inspect.custom, {
    configurable: true,
    enumerable: false,
    value(this: unknown) {
      return isTensorLike(this) ? tensorText(this) : this;
    },
  });
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
