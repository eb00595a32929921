/**
 * V8's own REPL, the one behind the console of Chrome's DevTools: `Runtime.evaluate` with `replMode` allows `let`, `const` and
 * `class` to be declared again, keeps bindings live for closures of earlier cells, and awaits at the top level.
 */
import { type Runtime, Session } from "node:inspector";

export type Outcome = { kind: "value" } | { kind: "thrown"; thrown: unknown } | { kind: "terminated" };

export interface Repl {
  evaluate(code: string, done: (outcome: Outcome) => void): void;
  /** Ends whatever JavaScript this thread executes; for a call from within it, through an interrupt. */
  terminate(): void;
}

/** Where a thrown value is put by a call in the debugger's terms, to be picked up as a value. */
const slot: { value: unknown } = { value: undefined };
const slotName = "__kernelThrown__";

export function createRepl(): Repl {
  const session = new Session();
  session.connect();
  Object.defineProperty(globalThis, slotName, { value: slot, enumerable: false, configurable: false });
  return {
    evaluate(code, done) {
      const params = { expression: code, replMode: true, awaitPromise: true, objectGroup: "cell" };
      session.post("Runtime.evaluate", params, (error: Error | null, result?: Runtime.EvaluateReturnType) => {
        // The protocol answers with an error of its own when the evaluation was terminated.
        if (error || !result) return done({ kind: "terminated" });
        const { exceptionDetails } = result;
        const outcome: Outcome = exceptionDetails
          ? { kind: "thrown", thrown: thrownValue(session, exceptionDetails) }
          : { kind: "value" };
        session.post("Runtime.releaseObjectGroup", { objectGroup: "cell" });
        done(outcome);
      });
    },
    terminate() {
      session.post("Runtime.terminateExecution");
    },
  };
}

function thrownValue(session: Session, details: Runtime.ExceptionDetails): unknown {
  const remote = details.exception;
  if (!remote) return new Error(details.text);
  if (!remote.objectId) return "value" in remote ? remote.value : unserialize(remote.unserializableValue);
  slot.value = undefined;
  session.post("Runtime.callFunctionOn", {
    objectId: remote.objectId,
    functionDeclaration: `function () { ${slotName}.value = this; }`,
  });
  const { value } = slot;
  slot.value = undefined;
  return value;
}

function unserialize(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  return text.endsWith("n") ? BigInt(text.slice(0, -1)) : Number(text);
}
