// Jest runs each test file in a context of its own, whose Float32Array is not the one that native modules were built with:
// ONNX Runtime refuses the arrays of another context. Tests therefore share the typed arrays of the process.
const { TestEnvironment } = require("jest-environment-node");

const SHARED = [
  "Float32Array",
  "Float64Array",
  "Int8Array",
  "Int16Array",
  "Int32Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Uint16Array",
  "Uint32Array",
  "BigInt64Array",
  "BigUint64Array",
  "ArrayBuffer",
  "SharedArrayBuffer",
  "DataView",
];

class SharedArraysEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    for (const name of SHARED) this.global[name] = globalThis[name];
  }
}

module.exports = SharedArraysEnvironment;
