/**
 * Protocol buffers, the writing half: https://protobuf.dev/programming-guides/encoding/.
 *
 * ONNX needs five shapes of field, and a graph of 2,600 nodes must be written in a few milliseconds at every compile,
 * so this is one growing buffer with lengths patched in afterwards, and no dependency.
 */
import { TensorError } from "../errors";

/** A message's length is unknown until it is written; five bytes hold any 32-bit varint. */
const LENGTH_BYTES = 5;
/** protobuf's own limit on one message, 2 GiB. */
const MAX_BYTES = 2 ** 31 - 1;

export class ProtobufWriter {
  private buffer = new Uint8Array(1 << 14);
  private at = 0;
  private readonly encoder = new TextEncoder();

  private reserve(bytes: number): void {
    const need = this.at + bytes;
    if (need <= this.buffer.length) return;
    if (need > MAX_BYTES) {
      throw new TensorError(
        "FTT_SESSION",
        `onnx: a model in one file must stay below 2 GiB, got more than ${need} bytes; export with external data`,
      );
    }
    const grown = new Uint8Array(Math.min(MAX_BYTES, Math.max(need, this.buffer.length * 2)));
    grown.set(this.buffer.subarray(0, this.at));
    this.buffer = grown;
  }

  private varint(n: number): void {
    this.reserve(10);
    if (n < 0) {
      // Negative integers are 64-bit two's complement: always ten bytes.
      let wide = BigInt.asUintN(64, BigInt(n));
      while (wide > 0x7fn) {
        this.buffer[this.at++] = Number(wide & 0x7fn) | 0x80;
        wide >>= 7n;
      }
      this.buffer[this.at++] = Number(wide);
      return;
    }
    while (n > 0x7f) {
      this.buffer[this.at++] = (n % 128) | 0x80;
      n = Math.floor(n / 128);
    }
    this.buffer[this.at++] = n;
  }

  int(field: number, value: number): void {
    this.varint(field * 8);
    this.varint(value);
  }

  float(field: number, value: number): void {
    this.varint(field * 8 + 5);
    this.reserve(4);
    new DataView(this.buffer.buffer).setFloat32(this.at, value, true);
    this.at += 4;
  }

  bytes(field: number, value: Uint8Array): void {
    this.varint(field * 8 + 2);
    this.varint(value.length);
    this.reserve(value.length);
    this.buffer.set(value, this.at);
    this.at += value.length;
  }

  string(field: number, value: string): void {
    this.varint(field * 8 + 2);
    this.reserve(LENGTH_BYTES + value.length * 3);
    // Names in a graph are short ASCII: one length byte, then the text in place.
    const { written } = this.encoder.encodeInto(value, this.buffer.subarray(this.at + 1));
    if (written < 128) {
      this.buffer[this.at] = written;
      this.at += 1 + written;
      return;
    }
    this.varint(written);
    this.encoder.encodeInto(value, this.buffer.subarray(this.at));
    this.at += written;
  }

  message(field: number, write: () => void): void {
    this.varint(field * 8 + 2);
    this.reserve(LENGTH_BYTES);
    const start = this.at;
    this.at += LENGTH_BYTES;
    write();
    const end = this.at;
    const length = end - start - LENGTH_BYTES;
    this.at = start;
    this.varint(length);
    this.buffer.copyWithin(this.at, start + LENGTH_BYTES, end);
    this.at += length;
  }

  finish(): Uint8Array {
    return this.buffer.subarray(0, this.at);
  }
}
