/** The requests of the protocol that need no cell to run, each with its reply. */
import type { Checker } from "../types/checker";
import type { Message } from "../wire/message";
import { answerComplete, answerInspect, answerIsComplete } from "./assist";
import type { History } from "./history";
import { kernelInfo } from "./kernel-info";

export type Content = Record<string, unknown>;

export interface RequestParts {
  checker: Checker;
  history: History;
  comms: CommList;
  /** Stops the cell that runs. */
  interrupt(): void;
  /** Hands a message of a comm to the user's thread; resolves when it has dealt with it. */
  deliver(request: Message): Promise<undefined>;
}

/** Answers by message type; undefined where the protocol wants no reply. */
export type Answers = ReadonlyMap<string, (request: Message) => Content | Promise<Content | undefined>>;

export function createAnswers(parts: RequestParts): Answers {
  const { checker, history, comms } = parts;
  const comm = (request: Message) => {
    comms.note(request.header.msg_type, request.content);
    return parts.deliver(request);
  };
  return new Map<string, (request: Message) => Content | Promise<Content | undefined>>([
    ["kernel_info_request", () => kernelInfo()],
    ["complete_request", request => answerComplete(checker, request.content)],
    ["inspect_request", request => answerInspect(checker, request.content)],
    ["is_complete_request", request => answerIsComplete(request.content)],
    ["history_request", request => ({ status: "ok", history: history.answer(request.content) })],
    ["comm_info_request", request => ({ status: "ok", comms: comms.list(request.content.target_name) })],
    [
      "interrupt_request",
      () => {
        parts.interrupt();
        return { status: "ok" };
      },
    ],
    ["comm_open", comm],
    ["comm_msg", comm],
    ["comm_close", comm],
  ]);
}

/** Which comms are open; kept here so that the answer need not wait for a busy cell. */
export class CommList {
  private readonly open = new Map<string, string>();

  note(message: string, content: Content): void {
    const id = String(content.comm_id);
    if (message === "comm_open") this.open.set(id, String(content.target_name));
    else if (message === "comm_close") this.open.delete(id);
  }

  list(target: unknown): Record<string, { target_name: string }> {
    const wanted = typeof target === "string" && target !== "" ? target : undefined;
    const shown = [...this.open].filter(([, name]) => wanted === undefined || name === wanted);
    return Object.fromEntries(shown.map(([id, name]) => [id, { target_name: name }]));
  }
}
