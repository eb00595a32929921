/**
 * Nested arguments and results: tensors at the leaves of arrays and plain objects, with other values between them.
 *
 * A jitted function takes and returns what a plain one would. The tensors are pulled out in a fixed order for the graph;
 * everything else (numbers, strings, options) is part of the signature, because it shaped the trace.
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import { TensorError } from "../errors";
import { core } from "../tfjs";

export type Tree<Leaf> =
  | { readonly kind: "leaf"; readonly leaf: Leaf }
  | { readonly kind: "static"; readonly value: unknown }
  | { readonly kind: "array"; readonly items: readonly Tree<Leaf>[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, Tree<Leaf>])[] };

/** Splits a value into a tree over its tensors. `what` names it in errors: "argument 0". */
export function treeOf(value: unknown, what: string): Tree<Tensor> {
  if (value instanceof core.Tensor) return { kind: "leaf", leaf: value };
  if (Array.isArray(value)) return { kind: "array", items: value.map((v, i) => treeOf(v, `${what}[${i}]`)) };
  if (value !== null && typeof value === "object") {
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      return {
        kind: "object",
        entries: Object.entries(value).map(([k, v]) => [k, treeOf(v, `${what}.${k}`)] as const),
      };
    }
    throw new TensorError(
      "FTT_ARGUMENT",
      `jit: ${what} must be a tensor, a number, a string or an array or object of these, got a ${value.constructor?.name ?? "object"}; convert it with tf.tensor, or let the function close over it`,
    );
  }
  if (typeof value === "function") {
    throw new TensorError("FTT_ARGUMENT", `jit: ${what} must not be a function; let the jitted function close over it`);
  }
  return { kind: "static", value };
}

export function leavesOf<Leaf>(tree: Tree<Leaf>, into: Leaf[] = []): Leaf[] {
  if (tree.kind === "leaf") into.push(tree.leaf);
  else if (tree.kind === "array") for (const item of tree.items) leavesOf(item, into);
  else if (tree.kind === "object") for (const [, item] of tree.entries) leavesOf(item, into);
  return into;
}

export function mapTree<A, B>(tree: Tree<A>, f: (leaf: A) => B): Tree<B> {
  switch (tree.kind) {
    case "leaf":
      return { kind: "leaf", leaf: f(tree.leaf) };
    case "array":
      return { kind: "array", items: tree.items.map(t => mapTree(t, f)) };
    case "object":
      return { kind: "object", entries: tree.entries.map(([k, t]) => [k, mapTree(t, f)] as const) };
    default:
      return tree;
  }
}

/** The value again, with its leaves in place. */
export function rebuild(tree: Tree<unknown>): unknown {
  switch (tree.kind) {
    case "leaf":
      return tree.leaf;
    case "static":
      return tree.value;
    case "array":
      return tree.items.map(rebuild);
    case "object":
      return Object.fromEntries(tree.entries.map(([k, t]) => [k, rebuild(t)]));
  }
}

/** A text that is equal for two trees exactly if one trace serves both. */
export function signatureOf(tree: Tree<Tensor>): string {
  switch (tree.kind) {
    case "leaf": {
      const { leaf } = tree;
      // A variable is state, known by identity; a tensor is an argument, known by type.
      return leaf instanceof core.Variable ? `v${leaf.id}` : `${leaf.dtype}[${leaf.shape}]`;
    }
    case "static":
      return typeof tree.value === "bigint"
        ? `${tree.value}n`
        : Object.is(tree.value, -0)
          ? "-0"
          : showStatic(tree.value);
    case "array":
      return `[${tree.items.map(signatureOf).join()}]`;
    case "object":
      return `{${tree.entries.map(([k, t]) => `${JSON.stringify(k)}:${signatureOf(t)}`).join()}}`;
  }
}

function showStatic(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
