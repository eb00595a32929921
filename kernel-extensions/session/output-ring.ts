/**
 * Printed text on its way from the user's thread to the front thread: a ring of bytes that both share. A message for every
 * print would cost ten times as much, and a buffer on the user's side would not be seen while a loop keeps that thread busy.
 *
 * A record is a header of three 32-bit words (stream, execution, length), then that many bytes of UTF-8, padded to four. The
 * positions only grow (modulo 2^32); each message between the threads carries the position of its time, so that printed text
 * and everything else stay in order.
 */
const capacity = 1 << 20;
const headerBytes = 12;
/** A record is at most this long, so that a long string flows through the ring while it is written. */
const largestRecord = capacity >> 2;

const slots = { written: 0, read: 1, asleep: 2, count: 3 } as const;

export type StreamName = "stdout" | "stderr";

export interface RingMemory {
  state: SharedArrayBuffer;
  bytes: SharedArrayBuffer;
}

export function createRingMemory(): RingMemory {
  const state = new SharedArrayBuffer(4 * slots.count);
  new Int32Array(state)[slots.asleep] = 1;
  return { state, bytes: new SharedArrayBuffer(capacity) };
}

export class RingWriter {
  private readonly state: Int32Array;
  private readonly words: Int32Array;
  private readonly bytes: Uint8Array;
  private readonly encoder = new TextEncoder();
  private readonly scratch = new Uint8Array(largestRecord);

  /** @param wake Called when the reader sleeps, or is needed at once because the ring is full. */
  constructor(
    memory: RingMemory,
    private readonly wake: () => void,
  ) {
    this.state = new Int32Array(memory.state);
    this.words = new Int32Array(memory.bytes);
    this.bytes = new Uint8Array(memory.bytes);
  }

  get position(): number {
    return Atomics.load(this.state, slots.written);
  }

  write(id: number, name: StreamName, text: string): void {
    for (let at = 0; at < text.length; ) {
      // The encoder cannot write to shared memory, hence the detour.
      const piece = text.slice(at, endOfPiece(text, at));
      const { read, written } = this.encoder.encodeInto(piece, this.scratch);
      if (read === 0) break;
      this.append(id, name, this.scratch.subarray(0, written));
      at += read;
    }
    if (Atomics.load(this.state, slots.asleep) === 1 && Atomics.exchange(this.state, slots.asleep, 0) === 1)
      this.wake();
  }

  private append(id: number, name: StreamName, data: Uint8Array): void {
    const size = headerBytes + padded(data.length);
    const start = this.position;
    for (let free = this.free(start); free < size; free = this.free(start)) {
      const read = Atomics.load(this.state, slots.read);
      this.wake();
      if (this.free(start) < size) Atomics.wait(this.state, slots.read, read, 100);
    }
    const word = (offset: number) => ((start + offset) & (capacity - 1)) >> 2;
    this.words[word(0)] = name === "stdout" ? 1 : 2;
    this.words[word(4)] = id;
    this.words[word(8)] = data.length;
    const from = (start + headerBytes) & (capacity - 1);
    const first = Math.min(data.length, capacity - from);
    this.bytes.set(data.subarray(0, first), from);
    if (first < data.length) this.bytes.set(data.subarray(first), 0);
    Atomics.store(this.state, slots.written, (start + size) | 0);
  }

  private free(start: number): number {
    return capacity - ((start - Atomics.load(this.state, slots.read)) | 0);
  }
}

export class RingReader {
  private readonly state: Int32Array;
  private readonly words: Int32Array;
  private readonly bytes: Uint8Array;
  private timer: NodeJS.Timeout | undefined;
  private idle = 0;

  constructor(
    memory: RingMemory,
    private readonly handle: (id: number, name: StreamName, text: string) => void,
    /** Handles the messages that wait in the port: they may be older than text that is in the ring already. */
    private readonly takeMessages: () => void,
  ) {
    this.state = new Int32Array(memory.state);
    this.words = new Int32Array(memory.bytes);
    this.bytes = new Uint8Array(memory.bytes);
  }

  /** Reads what was written up to a position. */
  drain(until: number): boolean {
    let at = Atomics.load(this.state, slots.read);
    if (((until - at) | 0) <= 0) return false;
    while (((until - at) | 0) > 0) {
      const word = (offset: number) => this.words[((at + offset) & (capacity - 1)) >> 2]!;
      const length = word(8);
      const from = (at + headerBytes) & (capacity - 1);
      const text = Buffer.allocUnsafe(length);
      const first = Math.min(length, capacity - from);
      text.set(this.bytes.subarray(from, from + first));
      if (first < length) text.set(this.bytes.subarray(0, length - first), first);
      const id = word(4);
      const name = word(0) === 1 ? "stdout" : "stderr";
      at = (at + headerBytes + padded(length)) | 0;
      Atomics.store(this.state, slots.read, at);
      this.handle(id, name, text.toString("utf8"));
    }
    Atomics.notify(this.state, slots.read);
    return true;
  }

  /**
   * Reads all that is there now. A message is posted before later text is written, so every message that is older than the end of the text
   * already waits in the port: it has its turn first, which reads up to its own place.
   */
  private drainInOrder(): boolean {
    const until = Atomics.load(this.state, slots.written);
    this.takeMessages();
    return this.drain(until);
  }

  /** Reads, and looks again every few milliseconds until nothing has come for a while. */
  wake(): void {
    this.idle = this.drainInOrder() ? 0 : this.idle + 1;
    clearTimeout(this.timer);
    if (this.idle < 10) {
      this.timer = setTimeout(() => this.wake(), 5);
      return;
    }
    this.idle = 0;
    Atomics.store(this.state, slots.asleep, 1);
    if (this.drainInOrder() && Atomics.exchange(this.state, slots.asleep, 0) === 1) this.wake();
  }
}

/** A code unit takes at most three bytes; the two of one character stay together. */
function endOfPiece(text: string, start: number): number {
  const end = start + Math.floor(largestRecord / 3);
  if (end >= text.length) return text.length;
  return /[\ud800-\udbff]/.test(text[end - 1]!) ? end - 1 : end;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
