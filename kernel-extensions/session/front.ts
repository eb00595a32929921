/**
 * The front thread: answers Jupyter. It owns the sockets and asks the compilers; cells themselves run in the other thread, so
 * this one is always free to answer the heartbeat, to send output, to complete, and to stop a cell.
 */
import type { MessagePort } from "node:worker_threads";
import { transpileModule } from "../evaluate/transpile";
import { Terminator } from "../interrupt/terminator";
import { Checker } from "../types/checker";
import { readConnection } from "../wire/connection";
import type { Draft, Message } from "../wire/message";
import { openSockets, type RequestChannel, type Sockets } from "../wire/sockets";
import { answerComplete, answerInspect, answerIsComplete } from "./assist";
import { Executor } from "./executor";
import { History } from "./history";
import { kernelInfo } from "./kernel-info";
import { createOutputQueue } from "./output-queue";
import { type FrontData, flags, type ToFront, type ToRuntime } from "./protocol";

export interface FrontParts {
  port: MessagePort;
  syncPort: MessagePort;
  data: FrontData;
  languageServer: string;
  ambientTypes: string;
}

export async function startFront(parts: FrontParts): Promise<void> {
  const { port } = parts;
  const log = (text: string) => process.stderr.write(`[kernel] ${text}\n`);
  const checker = new Checker({
    command: parts.languageServer,
    directory: process.cwd(),
    ambientTypes: parts.ambientTypes,
    log,
  });
  const warmUp = checker.start().catch(error => log(String(error)));
  const ask = (message: ToRuntime) => port.postMessage(message);

  let sockets: Sockets;
  const publish = (draft: Draft) => void sockets.send("iopub", draft);
  const output = createOutputQueue(publish);
  const orderly = (draft: Draft) => {
    output.flush();
    publish(draft);
  };
  const status = (state: "busy" | "idle" | "starting", parent?: Draft["parent"]) =>
    orderly({ type: "status", content: { execution_state: state }, parent });
  const reply = (channel: RequestChannel, request: Message, type: string, content: Record<string, unknown>) =>
    sockets.send(channel, { type, content, parent: request.header, identities: request.identities });

  const history = new History();
  const executor = new Executor({
    checker,
    ask,
    publish: orderly,
    reply: (request, content) => void reply("shell", request, "execute_reply", content),
    status,
    history,
  });
  const terminator = new Terminator(parts.data.flags, ask);

  const commInfo = new Map<number, (comms: unknown) => void>();
  let asked = 0;

  const handlers: Record<string, (request: Message, channel: RequestChannel) => unknown> = {
    kernel_info_request: (request, channel) => reply(channel, request, "kernel_info_reply", kernelInfo()),
    complete_request: async request =>
      reply("shell", request, "complete_reply", await answerComplete(checker, request.content)),
    inspect_request: async request =>
      reply("shell", request, "inspect_reply", await answerInspect(checker, request.content)),
    is_complete_request: async request =>
      reply("shell", request, "is_complete_reply", await answerIsComplete(request.content)),
    history_request: request =>
      reply("shell", request, "history_reply", { status: "ok", history: history.answer(request.content) }),
    comm_info_request: async (request, channel) => {
      asked += 1;
      const id = asked;
      const target =
        typeof request.content.target_name === "string" && request.content.target_name !== ""
          ? request.content.target_name
          : undefined;
      const comms = await new Promise(resolve => {
        commInfo.set(id, resolve);
        ask({ type: "comm-info", id, target });
      });
      await reply(channel, request, "comm_info_reply", { status: "ok", comms });
    },
    interrupt_request: (request, channel) => {
      executor.interrupt();
      terminator.interrupt(executor.runningId);
      return reply(channel, request, "interrupt_reply", { status: "ok" });
    },
    shutdown_request: async (request, channel) => {
      const restart = request.content.restart === true;
      const content = { status: "ok", restart };
      executor.close();
      await reply(channel, request, "shutdown_reply", content);
      publish({ type: "shutdown_reply", content, parent: request.header });
      status("idle", request.header);
      await exit(0);
    },
  };
  const comm = (request: Message) =>
    ask({
      type: "comm",
      kind: request.header.msg_type,
      content: request.content,
      metadata: request.metadata,
      buffers: request.buffers,
    });
  for (const kind of ["comm_open", "comm_msg", "comm_close"]) handlers[kind] = comm;

  const exit = async (code: number) => {
    checker.stop();
    // The sockets linger until the last reply has left; the runtime may be busy and then must be ended from here.
    await sockets.drain();
    sockets.close();
    setTimeout(() => process.kill(process.pid, "SIGKILL"), 300).unref();
    ask({ type: "exit", code });
  };

  const onMessage = async (channel: RequestChannel, request: Message) => {
    const type = request.header.msg_type;
    if (channel === "stdin") {
      if (type === "input_reply") executor.input(request);
      return;
    }
    if (type === "execute_request" && channel === "shell") return executor.enqueue(request);
    const handle = handlers[type];
    if (!handle) return log(`no answer to a message of type ${type}`);
    status("busy", request.header);
    try {
      await handle(request, channel);
    } catch (error) {
      log(`${type}: ${error instanceof Error ? error.stack : String(error)}`);
      const content = {
        status: "error",
        ename: (error as Error).name,
        evalue: (error as Error).message,
        traceback: [],
      };
      await reply(channel, request, type.replace("_request", "_reply"), content);
    } finally {
      if (type !== "shutdown_request") status("idle", request.header);
      executor.stayBusy();
    }
  };

  port.on("message", (message: ToFront) => {
    switch (message.type) {
      case "stream":
        if (!executor.isSilent(message.id))
          output.stream(executor.parentOf(message.id), message.id, message.name, message.text);
        break;
      case "publish":
        orderly({
          type: message.message,
          content: message.content,
          metadata: message.metadata,
          buffers: message.buffers?.map(Buffer.from),
          parent: executor.parentOf(message.id),
        });
        break;
      case "done":
        terminator.settled();
        executor.done(message);
        break;
      case "input":
        void sockets.send("stdin", executor.inputRequest(message));
        break;
      case "interrupt-seen":
        terminator.seen();
        break;
      case "comm-info":
        commInfo.get(message.id)?.(message.comms);
        commInfo.delete(message.id);
        break;
      case "compile":
        void compile(message).then(ask);
        break;
      case "front":
        executor.act(message);
        break;
      case "exit":
        void exit(message.code);
        break;
    }
  });
  parts.syncPort.on("message", (message: ToFront) => {
    if (message.type !== "compile") return;
    void compile(message).then(answer => {
      parts.syncPort.postMessage(answer);
      Atomics.store(parts.data.flags, flags.compiled, 1);
      Atomics.notify(parts.data.flags, flags.compiled);
    });
  });
  const compile = async (message: Extract<ToFront, { type: "compile" }>): Promise<ToRuntime> => {
    try {
      const { code, map } = await transpileModule(message.source, message.path, checker.project.emit);
      return { type: "compiled", id: message.id, code, map };
    } catch (error) {
      return { type: "compiled", id: message.id, error: syntaxText(error, message.path) };
    }
  };

  sockets = await openSockets(readConnection(parts.data.connectionFile), {
    onMessage: (channel, message) => void onMessage(channel, message),
    onDropped: reason => log(`dropped: ${reason}`),
  });
  status("starting");
  terminator.listenForSignals(
    () => executor.interrupt(),
    () => executor.runningId,
  );
  await warmUp;
}

function syntaxText(error: unknown, path: string): string {
  const place = (error as { place?: { line: number; column: number; text: string } }).place;
  const text = (error as Error).message;
  return place
    ? `SyntaxError: ${text}\n    at ${path}:${place.line}:${place.column}\n      ${place.text}`
    : `SyntaxError: ${text} (${path})`;
}
