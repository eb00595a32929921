/**
 * The user's thread: runs cells one at a time, shows their values, and answers the front thread. Nothing here waits in a
 * promise of its own while a cell runs, because Stop may throw away every microtask that is pending.
 */
import type { MessagePort } from "node:worker_threads";
import { Comms } from "../display/comms";
import { bundleOf } from "../display/show";
import { createRepl } from "../evaluate/repl";
import { KeyboardInterrupt, reportError } from "../evaluate/report";
import { runtimeName } from "../evaluate/rewrite";
import { cellUrl, installStackTraces, registerCell } from "../evaluate/trace";
import { guard, guardEach } from "../interrupt/guard";
import { installTimers } from "../interrupt/timers";
import { addNames, forgetNamesWith } from "../magics/names";
import { Cell, currentCell, runInCell } from "./cell";
import { installGlobals } from "./globals";
import { Inputs } from "./input";
import { connect, type Link, tell } from "./link";
import { captureOutput } from "./output";
import type { RunRequest, ToRuntime } from "./protocol";

interface Execution {
  cell: Cell;
  request: RunRequest;
  startedAt: number;
}

/** How long an interrupted cell may take for its `finally` blocks before it counts as ended (ms). */
const gracePeriod = 150;

export function startRuntime(link: Link): void {
  connect(link);
  installStackTraces();
  captureOutput();
  const repl = createRepl();
  const inputs = new Inputs();
  const comms = new Comms();
  const loader = installGlobals({ inputs, comms });
  installTimers();
  forgetNamesWith(code => repl.evaluate(code, () => {}));

  const kernel = {
    value: undefined as unknown,
    import: (specifier: string) => loader.import(specifier),
    guard,
    guardEach,
    meta: loader.meta,
    magic: loader.magic,
  };
  Object.defineProperty(globalThis, runtimeName, { value: kernel, enumerable: false, configurable: false });

  let running: Execution | undefined;

  const finish = (execution: Execution, error: unknown | undefined, thrown: boolean, interrupted: boolean) => {
    if (running !== execution) return;
    running = undefined;
    const { id } = execution.cell;
    const report = thrown ? runInCell(execution.cell, () => reportError(error)) : undefined;
    tell({
      type: "done",
      id,
      ...(report ? { error: report } : {}),
      interrupted,
      userExpressions: {},
      payload: [],
    });
  };

  const run = (request: RunRequest) => {
    const cell = new Cell(request.id, request.count, request.silent, request.allowInput);
    const execution: Execution = { cell, request, startedAt: performance.now() };
    running = execution;
    registerCell(request.id, request.count, request.trace);
    kernel.value = undefined;
    addNames(request.names);
    runInCell(cell, () =>
      repl.evaluate(`${request.code}\n//# sourceURL=${cellUrl(request.id)}`, outcome => {
        if (running !== execution) return;
        if (request.timed) tell({ type: "stream", id: cell.id, name: "stdout", text: wallTime(execution.startedAt) });
        if (outcome.kind === "terminated") return finish(execution, new KeyboardInterrupt(), true, true);
        if (outcome.kind === "thrown") {
          return finish(execution, outcome.thrown, true, outcome.thrown instanceof KeyboardInterrupt);
        }
        const { value } = kernel;
        kernel.value = undefined;
        if (!request.hasValue || value === undefined || request.silent)
          return finish(execution, undefined, false, false);
        runInCell(cell, () => show(execution, value));
      }),
    );
  };

  const show = (execution: Execution, value: unknown) => {
    const { cell, request } = execution;
    bundleOf(value).then(
      data => {
        tell({
          type: "publish",
          id: cell.id,
          message: "execute_result",
          content: { execution_count: request.count, data, metadata: {} },
        });
        finish(execution, undefined, false, false);
      },
      (error: unknown) => finish(execution, error, true, false),
    );
  };

  const interrupt = () => {
    tell({ type: "interrupt-seen" });
    const execution = running;
    if (!execution) return currentCell().stop();
    inputs.cancel(execution.cell.id);
    execution.cell.stop();
    setTimeout(() => finish(execution, new KeyboardInterrupt(), true, true), gracePeriod);
  };

  listen(link.port, message => {
    if (message.type === "run") run(message);
    else if (message.type === "interrupt") interrupt();
    else if (message.type === "input-reply") inputs.answer(message.id, message.value);
    else if (message.type === "comm") runInCell(currentCell(), () => comms.receive(message));
    else if (message.type === "comm-info")
      tell({ type: "comm-info", id: message.id, comms: comms.list(message.target) });
    else if (message.type === "compiled") loader.compiled(message);
    else if (message.type === "exit") process.exit(message.code);
  });

  const stray = (thrown: unknown) => {
    if (thrown instanceof KeyboardInterrupt) return; // an async function that nobody awaits was ended by Stop
    const cell = currentCell();
    const report = reportError(thrown);
    tell({ type: "publish", id: cell.id, message: "error", content: { ...report } });
  };
  process.on("uncaughtException", stray);
  process.on("unhandledRejection", stray);
}

function listen(port: MessagePort, handle: (message: ToRuntime) => void): void {
  port.on("message", handle);
  port.ref();
}

function wallTime(since: number): string {
  const ms = performance.now() - since;
  return `Wall time: ${ms < 1000 ? `${ms.toFixed(ms < 10 ? 2 : 0)} ms` : `${(ms / 1000).toFixed(2)} s`}\n`;
}
