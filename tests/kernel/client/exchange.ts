// One request and all that comes back for it. The protocol promises a reply on the request's own channel and, on IOPub, "busy",
// the outputs, then "idle": an exchange is done when both the reply and "idle" are there. Outputs that come later still, from a
// timer for instance, are gathered too.
import { within } from "./deadline";
import type { Content, Message, MimeBundle } from "./wire";

type Watcher = (message: Message) => void;

export interface ErrorOutput {
  ename: string;
  evalue: string;
  /** The traceback as one string without its colours. */
  trace: string;
}

export function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an ANSI escape begins with this control character.
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "");
}

export class Exchange {
  reply: Message | undefined;
  /** IOPub messages in the order in which they came. */
  readonly messages: Message[] = [];
  readonly sentAt = performance.now();
  repliedAt: number | undefined;
  idleAt: number | undefined;
  #watchers = new Set<Watcher>();
  #finish: () => void = () => {};
  #finished = new Promise<void>(resolve => {
    this.#finish = resolve;
  });

  constructor(
    readonly id: string,
    readonly type: string,
  ) {}

  accept(message: Message): void {
    if (message.channel === "iopub") {
      this.messages.push(message);
      if (message.header.msg_type === "status" && message.content.execution_state === "idle") {
        this.idleAt = performance.now();
      }
    } else if (message.channel !== "stdin") {
      this.reply = message;
      this.repliedAt = performance.now();
    }
    for (const watcher of [...this.#watchers]) watcher(message);
    if (this.reply && this.idleAt !== undefined) this.#finish();
  }

  /** The reply has come, and "idle" too or `graceMs` have passed: for kernels that lose messages. */
  async replied(ms: number, graceMs: number): Promise<this> {
    if (!this.reply) await this.#next(ms, `a reply to ${this.type}`, () => this.reply !== undefined);
    await within(graceMs, "idle", this.#finished).catch(() => {});
    return this;
  }

  /** Reply and "idle" have both come. */
  async done(ms: number): Promise<this> {
    await within(ms, `a reply and "idle" for ${this.type}`, this.#finished).catch((error: Error) => {
      const seen = this.messages.map(message => message.header.msg_type).slice(-6);
      throw new Error(
        `${error.message}; reply: ${this.reply?.content.status ?? "none"}, last messages: ${seen.join(", ")}`,
      );
    });
    return this;
  }

  /** The first message, already here or still to come, that the test accepts. */
  async until(ms: number, what: string, test: (message: Message) => boolean): Promise<Message> {
    const here = this.messages.find(test);
    if (here) return here;
    return this.#next(ms, what, test);
  }

  async #next(ms: number, what: string, test: (message: Message) => boolean): Promise<Message> {
    let watcher: Watcher = () => {};
    const found = new Promise<Message>(resolve => {
      watcher = message => {
        if (test(message)) resolve(message);
      };
      this.#watchers.add(watcher);
    });
    try {
      return await within(ms, what, found);
    } finally {
      this.#watchers.delete(watcher);
    }
  }

  get status(): string {
    return this.reply?.content.status ?? "none";
  }

  get milliseconds(): number {
    return Math.max(this.repliedAt ?? Number.NaN, this.idleAt ?? 0) - this.sentAt;
  }

  all(type: string): Message[] {
    return this.messages.filter(message => message.header.msg_type === type);
  }

  stream(name: "stdout" | "stderr"): string {
    const parts: string[] = [];
    for (const message of this.messages) {
      if (message.header.msg_type === "stream" && message.content.name === name) parts.push(message.content.text ?? "");
    }
    return parts.join("");
  }

  get stdout(): string {
    return this.stream("stdout");
  }

  get stderr(): string {
    return this.stream("stderr");
  }

  /** The MIME bundle of the `execute_result`, if there was one. */
  get result(): MimeBundle | undefined {
    return this.all("execute_result")[0]?.content.data;
  }

  get displays(): MimeBundle[] {
    return this.all("display_data").map(message => message.content.data ?? {});
  }

  /** What was shown as the cell's value; kernels that send it as `display_data` are given the benefit of the doubt. */
  get shown(): MimeBundle {
    return this.result ?? this.displays.at(-1) ?? {};
  }

  get errors(): ErrorOutput[] {
    return this.all("error").map(message => toError(message.content));
  }

  /** All that a reader of the notebook sees of this cell as text: streams and errors, without colours. */
  get visible(): string {
    const errors = this.errors.map(error => `${error.ename}: ${error.evalue}\n${error.trace}`);
    return withoutColours([this.stdout, this.stderr, ...errors].join("\n"));
  }
}

function toError(content: Content): ErrorOutput {
  return {
    ename: content.ename ?? "",
    evalue: content.evalue ?? "",
    trace: withoutColours((content.traceback ?? []).join("\n")),
  };
}
