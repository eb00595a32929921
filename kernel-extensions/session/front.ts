/**
 * The front thread: answers Jupyter. It owns the sockets and asks the compilers; cells themselves run in the other thread, so
 * this one is always free to answer the heartbeat, to send output, to complete, and to stop a cell.
 */
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { transpileCell } from "../evaluate/transpile";
import { watchMemory } from "../interrupt/memory-watch";
import { Terminator } from "../interrupt/terminator";
import type { Checker } from "../types/checker";
import { readConnection } from "../wire/connection";
import type { Draft, Message } from "../wire/message";
import { openSockets, type RequestChannel, type Sockets } from "../wire/sockets";
import { compileFor } from "./compile";
import { Executor } from "./executor";
import { History } from "./history";
import { createOutputQueue } from "./output-queue";
import { RingReader } from "./output-ring";
import { watchParent } from "./parent";
import { type Dated, type FrontData, flags, type ToFront, type ToRuntime } from "./protocol";
import { CommList, createAnswers } from "./requests";

export interface FrontParts {
  port: MessagePort;
  syncPort: MessagePort;
  data: FrontData;
  checker: Checker;
  log(message: string): void;
}

export async function startFront(parts: FrontParts): Promise<void> {
  const { port, syncPort, data, checker, log } = parts;
  const ask = (message: ToRuntime) => port.postMessage(message);

  let sockets: Sockets;
  const output = createOutputQueue(draft => void sockets.send("iopub", draft));
  const publish = (draft: Draft) => {
    output.flush();
    void sockets.send("iopub", draft);
  };
  const status = (state: "busy" | "idle" | "starting", parent?: Draft["parent"]) =>
    publish({ type: "status", content: { execution_state: state }, parent });
  const reply = (channel: RequestChannel, request: Message, type: string, content: Record<string, unknown>) =>
    sockets.send(channel, { type, content, parent: request.header, identities: request.identities });

  const history = new History();
  const comms = new CommList();
  const terminator = new Terminator(data.flags, ask);
  const memory = watchMemory(data.heapLimit, {
    onFull(message) {
      executor.interrupt({ ename: "OutOfMemoryError", evalue: message, traceback: [`OutOfMemoryError: ${message}`] });
      terminator.interrupt(executor.runningId);
    },
    onLost(message) {
      const content = { name: "stderr", text: `Out of memory: ${message}\n` };
      publish({ type: "stream", content, parent: executor.parentOf(executor.runningId) });
    },
  });
  const executor: Executor = new Executor({
    checker,
    history,
    ask,
    publish,
    status,
    reply: (request, content) => void reply("shell", request, "execute_reply", content),
    began: () => memory.begin(),
    ended: () => {
      memory.end();
      terminator.settled();
    },
  });
  const interrupt = () => {
    executor.interrupt();
    terminator.interrupt(executor.runningId);
  };
  /** Messages of comms that the user's thread has not dealt with yet. */
  const delivered = new Map<number, () => void>();
  const answers = createAnswers({
    checker,
    history,
    comms,
    interrupt,
    deliver(request) {
      const { header, content, metadata, buffers } = request;
      const id = executor.adopt(request);
      ask({ type: "comm", id, kind: header.msg_type, content, metadata, buffers });
      return new Promise(resolve => delivered.set(id, () => resolve(undefined)));
    },
  });

  const exit = async () => {
    executor.close();
    checker.stop();
    terminator.close();
    memory.close();
    await sockets.drain();
    sockets.close();
    ask({ type: "exit", code: 0 });
    // The user's thread may be busy and never read that.
    setTimeout(() => process.kill(process.pid, "SIGKILL"), 500);
  };

  const onMessage = async (channel: RequestChannel, request: Message) => {
    const type = request.header.msg_type;
    if (channel === "stdin") {
      if (type === "input_reply") executor.input(request);
      return;
    }
    if (type === "execute_request") {
      if (channel === "shell") executor.enqueue(request);
      return;
    }
    status("busy", request.header);
    if (type === "shutdown_request") {
      const content = { status: "ok", restart: request.content.restart === true };
      void reply(channel, request, "shutdown_reply", content);
      publish({ type: "shutdown_reply", content, parent: request.header });
      status("idle", request.header);
      return exit();
    }
    const answer = answers.get(type);
    const replyType = type.replace(/_request$/, "_reply");
    try {
      if (!answer) log(`dropped: no answer to a message of type ${JSON.stringify(type)}`);
      const content = await answer?.(request);
      if (content) await reply(channel, request, replyType, content);
    } catch (error) {
      const { name, message, stack } = error as Error;
      log(`${type}: ${stack ?? message}`);
      const content = { status: "error", ename: name, evalue: message, traceback: [] };
      await reply(channel, request, replyType, content);
    } finally {
      status("idle", request.header);
      executor.stayBusy();
    }
  };

  const onRuntime = (message: ToFront) => {
    switch (message.type) {
      case "publish": {
        const { id, message: type, content, metadata } = message;
        comms.note(type, content);
        if (type === "execute_result") {
          history.addOutput(content.execution_count, (content.data as Record<string, unknown>)["text/plain"]);
        }
        const buffers = message.buffers?.map(bytes => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
        publish({ type, content, metadata, buffers, parent: executor.parentOf(id) });
        break;
      }
      case "done":
        executor.done(message);
        break;
      case "input":
        output.flush();
        void sockets.send("stdin", executor.inputRequest(message));
        break;
      case "interrupt-seen":
        terminator.seen();
        break;
      case "delivered":
        delivered.get(message.id)?.();
        delivered.delete(message.id);
        break;
      case "leaving": {
        const evalue = `a cell ended the kernel's process with exit code ${message.code}`;
        executor.endWith({ ename: "ProcessExit", evalue, traceback: [`ProcessExit: ${evalue}`] });
        terminator.close();
        memory.close();
        checker.stop();
        void sockets.drain().then(() => {
          sockets.close();
          // ZeroMQ sends in a thread of its own: give it a moment.
          setTimeout(() => {
            Atomics.store(data.flags, flags.mayLeave, 1);
            Atomics.notify(data.flags, flags.mayLeave);
          }, 50);
        });
        break;
      }
      case "compile":
        void compileFor(message, checker).then(ask);
        break;
      case "front":
        executor.act(message);
        break;
    }
  };
  const take = ({ at, message }: Dated) => {
    if (message.type === "output") return;
    ring.drain(at);
    onRuntime(message);
  };
  const ring = new RingReader(
    data.ring,
    (id, name, text) => {
      if (!executor.isSilent(id)) output.stream(executor.parentOf(id), id, name, text);
    },
    () => {
      for (let waiting = receiveMessageOnPort(port); waiting; waiting = receiveMessageOnPort(port))
        take(waiting.message as Dated);
    },
  );
  port.on("message", (dated: Dated) => {
    if (dated.message.type === "output") ring.wake();
    else take(dated);
  });
  syncPort.on("message", (message: Extract<ToFront, { type: "compile" }>) => {
    void compileFor(message, checker).then(answer => {
      syncPort.postMessage(answer);
      Atomics.store(data.flags, flags.compiled, 1);
      Atomics.notify(data.flags, flags.compiled);
    });
  });

  sockets = await openSockets(readConnection(data.connectionFile, data.startedIn), {
    onMessage: (channel, message) => void onMessage(channel, message),
    onDropped: reason => log(`dropped: ${reason}`),
  });
  status("starting");
  void transpileCell("", "cell.ts", {}); // starts esbuild's process
  terminator.listenForSignals(interrupt);
  watchParent(() => void exit());
}
