/**
 * TensorFlow.js, loaded once and whole.
 *
 * The union package is the only CommonJS build that registers every gradient and every chained op (`x.add(y)`) on the
 * shared engine; loading tfjs-core alone leaves both out. It costs about 200 ms warm, most of it parsing.
 *
 * All builds reach an op through the property of tfjs-core's exports when they are called from outside core (tf.layers
 * does, and so does the union's `tf.*`). `overrideOp` replaces that property, which is how random draws become part of a
 * trace instead of being frozen into it.
 */

// `import = require` hands on the module object itself. A namespace import would copy 900 getters, twice: 20 ms.
import tf = require("@tensorflow/tfjs");
import core = require("@tensorflow/tfjs-core");

export { core, tf };

const coreExports = core as unknown as Record<string, unknown>;

/** Ops that can be replaced: everything tfjs-core exports as a function. */
export type OpName = {
  [K in keyof typeof core]: (typeof core)[K] extends (...args: never[]) => unknown ? K : never;
}[keyof typeof core];

/** Replaces `tf[name]` for users and for tf.layers. Returns the original, for the cases the replacement passes on. */
export function overrideOp<K extends OpName>(name: K, replace: (original: (typeof core)[K]) => (typeof core)[K]): void {
  coreExports[name] = replace(coreExports[name] as (typeof core)[K]);
}
