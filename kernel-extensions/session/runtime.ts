/**
 * The user's thread: runs cells one at a time, shows their values, and answers the front thread. Nothing here waits in a
 * promise of its own while a cell runs, because Stop may throw away every microtask that is pending.
 */
import { Comms } from "../display/comms";
import { type Shown, show } from "../display/show";
import { createRepl, type Outcome } from "../evaluate/repl";
import { isInterrupt, KeyboardInterrupt, reportError } from "../evaluate/report";
import { runtimeName } from "../evaluate/runtime-name";
import { cellUrl, installStackTraces, registerCell } from "../evaluate/trace";
import { createAsyncHooks } from "../interrupt/async-hooks";
import { guard, guardEach } from "../interrupt/guard";
import { installTimers } from "../interrupt/timers";
import { addNames, forgetNamesWith } from "../magics/names";
import { wallTime } from "../magics/run";
import { Cell, currentCell, enterCell, leaveCallbacks, resumeCell } from "./cell";
import { captureChildren } from "./child-output";
import { installGlobals } from "./globals";
import { Inputs } from "./input";
import { connect, type Link, print, tell } from "./link";
import { captureOutput } from "./output";
import { type ErrorReport, flags, type RunRequest, type ToRuntime } from "./protocol";

interface Execution {
  cell: Cell;
  request: RunRequest;
  startedAt: number;
  userExpressions: Record<string, unknown>;
}

/** How long an interrupted cell may take for its `finally` blocks before it counts as ended (ms). */
const gracePeriod = 150;

export function startRuntime(link: Link): void {
  connect(link);
  installStackTraces();
  captureOutput();
  captureChildren();
  const repl = createRepl();
  const inputs = new Inputs();
  const comms = new Comms();
  const environment = installGlobals({ inputs, comms });
  installTimers();
  forgetNamesWith(code => repl.evaluate(code, () => {}));

  let running: Execution | undefined;
  const { nextTick } = process;
  const hooks = createAsyncHooks();

  /** What rewritten cells reach under the name `runtimeName`. */
  const kernel = {
    value: undefined as unknown,
    import: environment.import,
    magic: environment.magic,
    meta: environment.meta,
    guard,
    guardEach,
    /** Called in the midst of the user's code, by the front thread through the inspector. */
    terminate(attempt: number) {
      // A tick that asks for the next one survives the termination; while this lasts, none is accepted.
      if (attempt > 1) process.nextTick = () => {};
      hooks.suspend();
      repl.terminate();
    },
  };
  Object.defineProperty(globalThis, runtimeName, { value: kernel, enumerable: false, configurable: false });

  const finish = (execution: Execution, error?: ErrorReport, interrupted = false) => {
    if (running !== execution) return;
    running = undefined;
    const { userExpressions } = execution;
    tell({
      type: "done",
      id: execution.cell.id,
      ...(error ? { error } : {}),
      interrupted,
      userExpressions,
      payload: [],
    });
  };
  const fail = (execution: Execution, thrown: unknown) => finish(execution, reportError(thrown), isInterrupt(thrown));

  const run = (request: RunRequest) => {
    const { id, count, silent, allowInput } = request;
    const cell = new Cell(id, count, silent, allowInput);
    const execution: Execution = { cell, request, startedAt: performance.now(), userExpressions: {} };
    running = execution;
    registerCell(id, count, request.trace);
    addNames(request.names);
    enterCell(cell);
    kernel.value = undefined;
    repl.evaluate(`${request.code}\n//# sourceURL=${cellUrl(id)}`, outcome => {
      if (running !== execution) return;
      if (request.timed) print(id, "stdout", wallTime(execution.startedAt));
      if (outcome.kind !== "value") return fail(execution, thrownBy(outcome));
      const value = takeValue();
      if (!request.hasValue || value === undefined || silent) return evaluateExpressions(execution, 0);
      show(value).then(
        shown => {
          const content = { execution_count: count, ...shown };
          tell({ type: "publish", id, message: "execute_result", content });
          evaluateExpressions(execution, 0);
        },
        error => fail(execution, error),
      );
    });
  };

  /** The front end's own questions about variables, after a cell that went well. */
  const evaluateExpressions = (execution: Execution, index: number): void => {
    const expression = execution.request.userExpressions[index];
    if (!expression) {
      finish(execution);
      return;
    }
    const answer = (result: Record<string, unknown>) => {
      execution.userExpressions[expression.name] = result;
      evaluateExpressions(execution, index + 1);
    };
    const refuse = (thrown: unknown) => answer({ status: "error", ...reportError(thrown) });
    if (expression.error) {
      answer({ status: "error", ...expression.error });
      return;
    }
    repl.evaluate(expression.code, outcome => {
      if (running !== execution) return;
      if (outcome.kind !== "value") return refuse(thrownBy(outcome));
      const shown: Promise<Shown> = show(takeValue());
      shown.then(({ data, metadata }) => answer({ status: "ok", data, metadata }), refuse);
    });
  };

  const takeValue = (): unknown => {
    const { value } = kernel;
    kernel.value = undefined;
    return value;
  };

  const interrupt = () => {
    tell({ type: "interrupt-seen" });
    process.nextTick = nextTick;
    hooks.resume();
    leaveCallbacks();
    const execution = running;
    if (!execution) {
      currentCell().stop(); // what the last cell left behind: timers, loops that nobody awaits
      return;
    }
    inputs.cancel(execution.cell.id);
    execution.cell.stop();
    setTimeout(() => {
      execution.cell.frozen = true;
      fail(execution, new KeyboardInterrupt());
    }, gracePeriod);
  };

  /** What a listener of a comm prints belongs to the message that it heard. */
  const receive = (message: Extract<ToRuntime, { type: "comm" }>) => {
    resumeCell(new Cell(message.id, currentCell().count, false, false));
    try {
      comms.receive(message);
    } catch (error) {
      stray(error);
    }
    setImmediate(() => tell({ type: "delivered", id: message.id }));
  };

  const stray = (thrown: unknown) => {
    if (isInterrupt(thrown)) return; // an async function that nobody awaits was ended by Stop
    tell({ type: "publish", id: currentCell().id, message: "error", content: { ...reportError(thrown) } });
  };

  // `process.exit()` in a cell: what it printed shall not be lost, and the reader shall know why the kernel is gone.
  const leave = (code: number) => {
    tell({ type: "leaving", code });
    Atomics.wait(link.flags, flags.mayLeave, 0, 1000);
  };
  process.once("exit", leave);
  link.port.on("message", (message: ToRuntime) => {
    if (message.type === "run") run(message);
    else if (message.type === "prepare") message.specifiers.forEach(environment.prepare);
    else if (message.type === "interrupt") interrupt();
    else if (message.type === "input-reply") inputs.answer(message.id, message.value);
    else if (message.type === "comm") receive(message);
    else if (message.type === "compiled") environment.compiled(message);
    else if (message.type === "exit") {
      process.removeListener("exit", leave);
      process.exit(message.code);
    }
  });
  process.on("uncaughtException", stray);
  process.on("unhandledRejection", stray);
}

function thrownBy(outcome: Outcome): unknown {
  return outcome.kind === "thrown" ? outcome.thrown : new KeyboardInterrupt();
}
