/**
 * Every error of the tensor engine, each with a stable code and the line of user code that caused it.
 *
 * A traced function runs once and is then replaced by a graph, so its mistakes surface far from where they were made:
 * inside tfjs, inside a gradient, or a thousand steps later. `userFrame` walks the stack past the engine and past tfjs
 * to the first line that a reader wrote. Messages follow one grammar: what was expected, what came, what to do.
 *
 * | code                   | meaning                                                                  |
 * |------------------------|--------------------------------------------------------------------------|
 * | FTT_TRACE_READ         | a traced function asked for a tensor's values (data-dependent control)   |
 * | FTT_TRACE_LEAK         | a tensor born in a trace was used after the trace                        |
 * | FTT_TRACE_RANDOM       | a host random number would be frozen into the graph                      |
 * | FTT_TRACE_SIDE_EFFECT  | the function depends on host state that changes between calls            |
 * | FTT_TRACE_ASYNC        | a traced function returned a promise                                     |
 * | FTT_TRACE_VARIABLE     | a traced function makes new variables on every call                      |
 * | FTT_TRACE_NESTED       | a jitted function was called inside another trace with options           |
 * | FTT_NOT_LOWERED        | a tfjs kernel has no ONNX lowering                                       |
 * | FTT_LOWERING           | a lowering cannot express this combination of attributes                 |
 * | FTT_DISPOSED           | a jitted function, variable or captured tensor was used after dispose    |
 * | FTT_ARGUMENT           | an argument has the wrong type or value                                  |
 * | FTT_SHAPE              | shapes do not fit                                                        |
 * | FTT_DEVICE             | the chosen device is not there                                           |
 * | FTT_SESSION            | ONNX Runtime refused a graph or failed to run it                         |
 * | FTT_STOPPED            | Stop was pressed in the notebook                                         |
 */

export type TensorErrorCode =
  | "FTT_TRACE_READ"
  | "FTT_TRACE_LEAK"
  | "FTT_TRACE_RANDOM"
  | "FTT_TRACE_SIDE_EFFECT"
  | "FTT_TRACE_ASYNC"
  | "FTT_TRACE_VARIABLE"
  | "FTT_TRACE_NESTED"
  | "FTT_NOT_LOWERED"
  | "FTT_LOWERING"
  | "FTT_DISPOSED"
  | "FTT_ARGUMENT"
  | "FTT_SHAPE"
  | "FTT_DEVICE"
  | "FTT_SESSION"
  | "FTT_STOPPED";

/** What the engine throws. `code` is stable, `line` is the user's `file:line:column` when the stack has one. */
export class TensorError extends Error {
  override readonly name = "TensorError";
  readonly code: TensorErrorCode;
  readonly line: string | undefined;

  constructor(code: TensorErrorCode, message: string, options: { cause?: unknown; line?: string } = {}) {
    const line = options.line ?? userFrame(deepStack());
    super(
      line ? `${message} (at ${line})` : message,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.line = line;
  }
}

/** V8 keeps ten frames unless asked; the engine and tfjs alone may be more. */
function deepStack(): string | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  try {
    return new Error().stack;
  } finally {
    Error.stackTraceLimit = limit;
  }
}

// The engine's own folder, the libraries below it, and Node itself: none of them is where the reader's mistake is.
const ENGINE_FOLDER = __dirname;
// (tfjs's source maps place its files in folders that do not exist.)
const FOREIGN =
  /[\\/]node_modules[\\/](?!fromthetensor[\\/])|[\\/]tfjs-[a-z-]+[\\/]src[\\/]|^node:|^internal[\\/]|<anonymous>$|^native$/;

/** The first stack frame outside the engine, tfjs and Node, as `file:line:column`. */
export function userFrame(stack: string | undefined): string | undefined {
  for (const raw of (stack ?? "").split("\n").slice(1)) {
    const match = /\(([^()]+:\d+:\d+)\)\s*$/.exec(raw) ?? /at (?:async )?([^()]+:\d+:\d+)\s*$/.exec(raw);
    const place = match?.[1];
    if (!place || place.startsWith(ENGINE_FOLDER) || FOREIGN.test(place.replace(/:\d+:\d+$/, ""))) continue;
    return place.replace(/^file:\/\//, "");
  }
  return undefined;
}
