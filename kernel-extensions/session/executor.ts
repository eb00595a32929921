/**
 * Execute requests, one after the other: prepared here, run in the other thread, answered here. Keeps for every execution the
 * request it belongs to, so that output finds its cell even long after the cell has ended.
 */
import { excerpt } from "../evaluate/report";
import { scan } from "../evaluate/scan";
import type { TypesMode } from "../magics/parse";
import type { Checker } from "../types/checker";
import { reportDiagnostics } from "../types/diagnostics";
import type { Draft, Message } from "../wire/message";
import type { History } from "./history";
import { prepareCell, prepareExpressions } from "./prepare";
import type { ErrorReport, ToFront, ToRuntime } from "./protocol";

type Json = Record<string, unknown>;

export interface ExecutorParts {
  checker: Checker;
  ask(message: ToRuntime): void;
  publish(draft: Draft): void;
  reply(request: Message, content: Json): void;
  status(state: "busy" | "idle", parent: Draft["parent"]): void;
  history: History;
  /** Called when a cell begins to run in the other thread, and when it has ended. */
  began(): void;
  ended(): void;
}

interface Running {
  id: number;
  request: Message;
  interrupted: boolean;
  reason: ErrorReport | undefined;
  /** Set while the cell runs in the other thread. */
  finish: ((message: Extract<ToFront, { type: "done" }>) => void) | undefined;
}

/** Good enough to find what can be read ahead: a package in an import statement. */
const importedPackage = /^\s*import\b[^"'`;]*["']([^"'.][^"'\n]*)["']/gm;
/** Time for requests that were sent in one go to arrive, before a failed one has those behind it aborted (ms). */
const settle = 5;
/** Requests whose output can still come are remembered, but not without end. */
const remembered = 10_000;

export class Executor {
  private readonly queue: Message[] = [];
  private readonly parents = new Map<number, Message>();
  private readonly declared = new Set<string>();
  private readonly hidden = new Set<string>();
  private readonly inputs = new Map<string, number>();
  private running: Running | undefined;
  private working = false;
  private closed = false;
  private serial = 0;
  private count = 0;
  private mode: TypesMode = "strict";
  private warnedUnchecked = false;

  constructor(private readonly parts: ExecutorParts) {}

  get runningId(): number {
    return this.running?.finish ? this.running.id : 0;
  }

  enqueue(request: Message): void {
    this.queue.push(request);
    if (!this.working) void this.work();
  }

  /** @param reason Why the cell is stopped, when not by its reader: the error that it then ends with. */
  interrupt(reason?: ErrorReport): void {
    if (!this.running) return;
    this.running.interrupted = true;
    this.running.reason ??= reason;
  }

  close(): void {
    this.closed = true;
    this.queue.length = 0;
  }

  /** Other requests end with status idle; while a cell runs, the kernel is busy still. */
  stayBusy(): void {
    if (this.running) this.parts.status("busy", this.running.request.header);
  }

  parentOf(id: number): Draft["parent"] {
    return (this.parents.get(id) ?? [...this.parents.values()].at(-1))?.header ?? {};
  }

  isSilent(id: number): boolean {
    return this.parents.get(id)?.content.silent === true;
  }

  done(message: Extract<ToFront, { type: "done" }>): void {
    if (this.running?.id === message.id) this.running.finish?.(message);
  }

  /** Answers the cell that runs, since nothing else will. */
  endWith(error: ErrorReport): void {
    const { running } = this;
    if (!running) return;
    this.closed = true;
    this.parts.publish({ type: "error", content: { ...error }, parent: running.request.header });
    this.parts.reply(running.request, { status: "error", execution_count: this.count, ...error, payload: [] });
    this.parts.status("idle", running.request.header);
  }

  input(reply: Message): void {
    const id =
      this.inputs.get(String((reply.parent as { msg_id?: string }).msg_id)) ?? [...this.inputs.values()].at(-1);
    if (id === undefined) return;
    this.inputs.clear();
    const { value, status } = reply.content;
    this.parts.ask({ type: "input-reply", id, value: status === "error" ? undefined : String(value ?? "") });
  }

  inputRequest(message: Extract<ToFront, { type: "input" }>): Draft {
    const request = this.parents.get(message.id);
    this.inputs.set(String(request?.header.msg_id), message.request);
    return {
      type: "input_request",
      content: { prompt: message.prompt, password: message.password },
      parent: request?.header,
      identities: request?.identities,
    };
  }

  /** Gives a request that is no cell a number, so that what its handling shows goes to it. */
  adopt(request: Message): number {
    this.serial += 1;
    this.remember(this.serial, request);
    return this.serial;
  }

  act(message: Extract<ToFront, { type: "front" }>): void {
    if (message.action === "directory") this.parts.checker.changeDirectory(message.value);
    else if (message.action === "reset") {
      this.declared.clear();
      this.hidden.clear();
      this.parts.checker.document.clear();
    }
  }

  private remember(id: number, request: Message): void {
    this.parents.set(id, request);
    if (this.parents.size > remembered) this.parents.delete(this.parents.keys().next().value!);
  }

  private async work(): Promise<void> {
    this.working = true;
    for (let request = this.queue.shift(); request && !this.closed; request = this.queue.shift()) {
      await this.execute(request);
    }
    this.working = false;
  }

  private async execute(request: Message): Promise<void> {
    const { content } = request;
    const code = typeof content.code === "string" ? content.code : "";
    const silent = content.silent === true;
    const keep = !silent && content.store_history !== false;
    this.serial += 1;
    const id = this.serial;
    if (keep) this.count += 1;
    const count = this.count;
    this.remember(id, request);
    this.running = { id, request, interrupted: false, reason: undefined, finish: undefined };
    this.parts.status("busy", request.header);
    if (!silent)
      this.parts.publish({ type: "execute_input", content: { code, execution_count: count }, parent: request.header });
    if (keep) this.parts.history.add(count, code);
    let result: Extract<ToFront, { type: "done" }>;
    try {
      result = await this.run(request, { id, count, code, silent });
    } catch (error) {
      const { name, message, stack } = error as Error;
      const report = { ename: name, evalue: message, traceback: (stack ?? message).split("\n") };
      result = { type: "done", id, error: report, interrupted: false, userExpressions: {}, payload: [] };
    }
    if (result.error) {
      result.error = this.running.reason ?? result.error;
      const aborts = content.stop_on_error !== false && !silent;
      // What was sent together with this cell may still be on its way.
      if (aborts) await new Promise(resolve => setTimeout(resolve, settle));
      if (!silent) this.parts.publish({ type: "error", content: { ...result.error }, parent: request.header });
      this.parts.reply(request, {
        status: "error",
        execution_count: count,
        ...result.error,
        user_expressions: {},
        payload: [],
      });
      if (aborts) this.abortQueue();
    } else {
      this.parts.reply(request, {
        status: "ok",
        execution_count: count,
        user_expressions: result.userExpressions,
        payload: result.payload,
      });
    }
    this.running = undefined;
    this.parts.status("idle", request.header);
    this.parts.checker.settle();
  }

  private async run(
    request: Message,
    cell: { id: number; count: number; code: string; silent: boolean },
  ): Promise<Extract<ToFront, { type: "done" }>> {
    const { id, count, code, silent } = cell;
    const failed = (error: ErrorReport) => ({
      type: "done" as const,
      id,
      error,
      interrupted: false,
      userExpressions: {},
      payload: [],
    });
    const { checker } = this.parts;
    const specifiers = [...code.matchAll(importedPackage)].map(match => match[1]!);
    if (specifiers.length > 0) this.parts.ask({ type: "prepare", specifiers });
    const prepared = await prepareCell(code, {
      id,
      mode: this.mode,
      checker,
      isDeclared: name => this.declared.has(name),
      hidden: this.hidden,
    });
    this.mode = prepared.mode;
    if (this.running?.interrupted) {
      return {
        ...failed({
          ename: "KeyboardInterrupt",
          evalue: "the cell was stopped before it ran",
          traceback: ["KeyboardInterrupt"],
        }),
        interrupted: true,
      };
    }
    if (
      prepared.diagnostics.length > 0 &&
      (prepared.kind === "types" || (prepared.kind === "syntax" && prepared.mode !== "off"))
    ) {
      return failed(reportDiagnostics(prepared.diagnostics, code, count));
    }
    if (prepared.kind === "types") return failed(reportDiagnostics(prepared.diagnostics, code, count));
    if (prepared.kind === "syntax") {
      const { place, message } = prepared.fault;
      const shown = place ? [excerpt({ file: `Cell [${count}]`, ...place, source: code })] : [];
      return failed({ ename: "SyntaxError", evalue: message, traceback: [`SyntaxError: ${message}`, ...shown] });
    }
    const { parsed, transpiled, rewritten, diagnostics, unchecked } = prepared;
    if (diagnostics.length > 0)
      this.warn(request, `${reportDiagnostics(diagnostics, code, count).traceback.join("\n")}\n`);
    if (unchecked && !this.warnedUnchecked)
      this.warn(request, `Types are not checked: ${unchecked}. The cell runs all the same.\n`);
    this.warnedUnchecked = unchecked !== undefined;
    for (const name of rewritten.names) this.declared.add(name);
    const userExpressions = await prepareExpressions(request.content.user_expressions, id, this.hidden);
    const result = await new Promise<Extract<ToFront, { type: "done" }>>(resolve => {
      if (this.running) this.running.finish = resolve;
      this.parts.began();
      this.parts.ask({
        type: "run",
        id,
        count,
        code: rewritten.code,
        names: rewritten.bindings,
        hasValue: rewritten.hasValue,
        timed: parsed.timed,
        silent,
        allowInput: request.content.allow_stdin === true,
        userExpressions,
        trace: {
          source: code,
          javascript: transpiled.code,
          map: transpiled.map,
          code: rewritten.code,
          segments: rewritten.segments,
        },
      });
    });
    this.parts.ended();
    const { constants, variables, inert } = rewritten.declared;
    // Types that are only declared leave no JavaScript behind.
    if (!inert || scan(parsed.checked).types.length > 0 || /\bdeclare\b/.test(parsed.checked)) {
      const threw = result.error !== undefined;
      checker.document.add(parsed.checked, { values: rewritten.names, constants, variables, threw });
    }
    return result;
  }

  private warn(request: Message, text: string): void {
    this.parts.publish({ type: "stream", content: { name: "stderr", text }, parent: request.header });
  }

  /** What was queued behind a cell that failed is answered, not run. */
  private abortQueue(): void {
    for (const request of this.queue.splice(0)) {
      this.parts.status("busy", request.header);
      this.parts.reply(request, {
        status: "aborted",
        execution_count: this.count,
        ename: "",
        evalue: "",
        traceback: [],
      });
      this.parts.status("idle", request.header);
    }
  }
}
