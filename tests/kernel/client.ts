// A Jupyter client for the tests: starts a kernel from its kernelspec, speaks the protocol with it over ZeroMQ as any front end
// would, and knows nothing of what is inside. Every wait has a deadline; `stop` always ends the process and all below it.
import { randomUUID } from "node:crypto";
import { Dealer, Request, Subscriber } from "zeromq";
import { pause, within } from "./client/deadline";
import { Exchange } from "./client/exchange";
import { type Connection, type KernelSpec, type Launched, type LaunchOptions, launch } from "./client/launch";
import { type Channel, type Content, decode, encode, type Message, newHeader } from "./client/wire";

export interface ExecuteOptions {
  silent?: boolean;
  store_history?: boolean;
  allow_stdin?: boolean;
  stop_on_error?: boolean;
  /** Deadline for reply and "idle" in milliseconds. */
  ms?: number;
}

export interface SendOptions {
  channel?: "shell" | "control";
  buffers?: readonly Uint8Array[];
}

function endpoint(connection: Connection, port: number): string {
  const join = connection.transport === "tcp" ? ":" : "-";
  return `${connection.transport}://${connection.ip}${join}${port}`;
}

const startMs = 30_000;
const replyMs = 20_000;

export class KernelClient {
  readonly session = randomUUID();
  /** Messages whose parent is no request of this client, and those that could not be read. */
  readonly strays: Message[] = [];
  readonly unreadable: Error[] = [];
  #exchanges = new Map<string, Exchange>();
  #inputs: Message[] = [];
  #wakeInput: () => void = () => {};
  #closed = false;
  /**
   * How long to wait after a reply for outputs and "idle" that may be late or lost; undefined insists on "idle" before anything
   * goes on. Whether a kernel loses messages is one feature, and should not decide all the others.
   */
  graceMs: number | undefined;

  private constructor(
    readonly launched: Launched,
    private readonly sockets: { shell: Dealer; control: Dealer; stdin: Dealer; iopub: Subscriber; heartbeat: Request },
  ) {}

  /** Starts a kernel and connects to it; what is sent before it listens waits in ZeroMQ's queue. */
  static async launch(spec: KernelSpec, options: LaunchOptions = {}): Promise<KernelClient> {
    const launched = await launch(spec, options);
    const identity = { routingId: randomUUID() };
    const client = new KernelClient(launched, {
      shell: new Dealer(identity),
      control: new Dealer(identity),
      stdin: new Dealer(identity),
      iopub: new Subscriber({ receiveHighWaterMark: 0 }),
      heartbeat: new Request({ relaxed: true, correlate: true }),
    });
    try {
      client.#connect();
    } catch (error) {
      await client.stop();
      throw error;
    }
    return client;
  }

  /** Starts a kernel and returns once it has answered `kernel_info_request` and its IOPub channel has been heard. */
  static async start(spec: KernelSpec, options: LaunchOptions = {}): Promise<KernelClient> {
    const client = await KernelClient.launch(spec, options);
    try {
      await client.greet();
    } catch (error) {
      await client.stop();
      throw error;
    }
    return client;
  }

  /** Resolves when the kernel answers and its IOPub channel is heard. */
  async greet(): Promise<void> {
    const { launched } = this;
    const died = launched.exited.then(end => {
      throw new Error(`the kernel ended while starting (${end.code ?? end.signal}):\n${launched.log().slice(-4000)}`);
    });
    await within(startMs, `an answer of ${launched.spec.display_name}`, Promise.race([this.#hear(), died]));
  }

  #connect(): void {
    const { connection } = this.launched;
    const { shell, control, stdin, iopub, heartbeat } = this.sockets;
    for (const socket of [shell, control, stdin, iopub, heartbeat]) {
      socket.linger = 0;
      // The kernel needs a while until it listens; ZeroMQ's own 100 ms between tries would blur what is measured.
      socket.reconnectInterval = 5;
    }
    shell.connect(endpoint(connection, connection.shell_port));
    control.connect(endpoint(connection, connection.control_port));
    stdin.connect(endpoint(connection, connection.stdin_port));
    iopub.connect(endpoint(connection, connection.iopub_port));
    iopub.subscribe();
    heartbeat.connect(endpoint(connection, connection.hb_port));
    for (const channel of ["shell", "control", "stdin", "iopub"] as const) void this.#listen(channel);
  }

  async #listen(channel: Channel): Promise<void> {
    try {
      for await (const frames of this.sockets[channel]) {
        try {
          this.#accept(decode(this.launched.connection.key, channel, frames));
        } catch (error) {
          this.unreadable.push(error as Error);
        }
      }
    } catch (error) {
      if (!this.#closed) this.unreadable.push(error as Error);
    }
  }

  #accept(message: Message): void {
    const parent = message.parent_header.msg_id;
    if (message.header.msg_type === "input_request") {
      this.#inputs.push(message);
      this.#wakeInput();
    }
    const exchange = parent === undefined ? undefined : this.#exchanges.get(parent);
    if (exchange) exchange.accept(message);
    else this.strays.push(message);
  }

  // A subscription takes a moment to reach the kernel, so that the first "idle" may be missed: ask until one is heard.
  async #hear(): Promise<void> {
    for (let patienceMs = 50; !this.#closed; patienceMs *= 1.5) {
      const exchange = this.request("kernel_info_request", {});
      const heard = await exchange.done(patienceMs).then(
        () => true,
        () => false,
      );
      if (heard) return;
    }
  }

  get pid(): number {
    return this.launched.pid;
  }

  /** Sends a request and returns at once with what will gather its answers. */
  request(type: string, content: unknown, options: SendOptions = {}): Exchange {
    const header = newHeader(type, this.session);
    const exchange = new Exchange(header.msg_id, type);
    this.#exchanges.set(header.msg_id, exchange);
    const frames = encode(this.launched.connection.key, header, content, { buffers: options.buffers ?? [] });
    void this.#send(options.channel ?? "shell", frames);
    return exchange;
  }

  /** Sends frames as they are, well formed or not, and signed or not. */
  async sendRaw(channel: "shell" | "control" | "stdin", frames: readonly (string | Uint8Array)[]): Promise<void> {
    await this.#send(channel, frames);
  }

  // ZeroMQ sockets allow one send at a time.
  #queues = new Map<string, Promise<void>>();
  #send(channel: "shell" | "control" | "stdin", frames: readonly (string | Uint8Array)[]): Promise<void> {
    const before = this.#queues.get(channel) ?? Promise.resolve();
    const sent = before.then(() => (this.#closed ? undefined : this.sockets[channel].send([...frames])));
    this.#queues.set(
      channel,
      sent.catch(() => {}),
    );
    return sent;
  }

  async ask(type: string, content: unknown, options: SendOptions & { ms?: number } = {}): Promise<Content> {
    const exchange = await this.request(type, content, options).done(options.ms ?? replyMs);
    return exchange.reply!.content;
  }

  /** Begins a cell; the exchange gathers its outputs. */
  begin(code: string, options: ExecuteOptions = {}): Exchange {
    const { ms: _ms, ...flags } = options;
    return this.request("execute_request", {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
      ...flags,
    });
  }

  /** Runs a cell to its end, whatever that end is. */
  async execute(code: string, options: ExecuteOptions = {}): Promise<Exchange> {
    const exchange = this.begin(code, options);
    const ms = options.ms ?? replyMs;
    if (this.graceMs === undefined) return exchange.done(ms);
    await exchange.replied(ms, this.graceMs);
    // tslab aborts whatever comes within 200 ms after an error, which a reader at the keyboard never notices.
    await pause(exchange.status === "ok" ? 100 : 300);
    return exchange;
  }

  /** Runs a cell that is expected to succeed. */
  async run(code: string, options: ExecuteOptions = {}): Promise<Exchange> {
    const exchange = await this.execute(code, options);
    if (exchange.status !== "ok") {
      throw new Error(`expected the cell to run, got status "${exchange.status}":\n${code}\n---\n${exchange.visible}`);
    }
    return exchange;
  }

  /** Presses Stop, the way that the kernelspec asks for. */
  async interrupt(): Promise<void> {
    if (this.launched.spec.interrupt_mode === "message") {
      this.request("interrupt_request", {}, { channel: "control" });
      await this.#queues.get("control");
    } else {
      process.kill(-this.pid, "SIGINT");
    }
  }

  /** The next `input_request` that was not yet taken. */
  async nextInput(ms = replyMs): Promise<Message> {
    const taken = async () => {
      for (;;) {
        const message = this.#inputs.shift();
        if (message) return message;
        await new Promise<void>(resolve => {
          this.#wakeInput = resolve;
        });
      }
    };
    return within(ms, "an input_request", taken());
  }

  /** Waits for an `input_request`, answers it with `value`, and returns the request. */
  async answerInput(value: string, ms = replyMs): Promise<Message> {
    const request = await this.nextInput(ms);
    const header = newHeader("input_reply", this.session);
    const frames = encode(this.launched.connection.key, header, { value, status: "ok" }, { parent: request.header });
    await this.#send("stdin", frames);
    return request;
  }

  /** Sends bytes on the heartbeat channel and returns what came back. */
  async beat(bytes: string, ms: number): Promise<string> {
    await this.sockets.heartbeat.send(bytes);
    const [echo] = await within(ms, "the heartbeat's echo", this.sockets.heartbeat.receive());
    return echo?.toString("latin1") ?? "";
  }

  /** Ends the kernel at once with all its processes; safe to call twice. */
  async stop(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.launched.kill();
    for (const socket of Object.values(this.sockets)) socket.close();
    await within(2000, "the process to end", this.launched.exited).catch(() => {});
    this.launched.process.stdout?.destroy();
    this.launched.process.stderr?.destroy();
  }
}
