/**
 * Typed arrays that eager kernels write into, kept after their tensor dies.
 *
 * V8 zeroes every new typed array and asks the allocator for it: about a millisecond for 4 MB, more than many of the
 * kernels that fill it. An eager loop asks for the same sizes again and again, so a dead buffer is the best new one.
 */
import { allocate, type DType, dtypes, type TypedArray } from "../dtypes";

/** Small arrays live on V8's heap and are cheap; pooling them would only keep garbage alive. */
const MIN_BYTES = 4096;
/** What idle buffers may hold together. A GPT-sized eager step keeps about 60 MB alive at once. */
const MAX_BYTES = 256 * 1024 * 1024;

export class BufferPool {
  private readonly idle = new Map<string, TypedArray[]>();
  private idleBytes = 0;

  take(dtype: DType, length: number): TypedArray {
    const buffer = this.idle.get(`${dtype}${length}`)?.pop();
    if (!buffer) return allocate(dtype, length);
    this.idleBytes -= buffer.byteLength;
    return buffer;
  }

  /** Whether a buffer of this size would come back through `give`. */
  pools(dtype: DType, length: number): boolean {
    return dtypes[dtype].bytes * length >= MIN_BYTES;
  }

  give(dtype: DType, buffer: TypedArray): void {
    if (buffer.byteLength < MIN_BYTES || this.idleBytes + buffer.byteLength > MAX_BYTES) return;
    const key = `${dtype}${buffer.length}`;
    const list = this.idle.get(key);
    if (list) list.push(buffer);
    else this.idle.set(key, [buffer]);
    this.idleBytes += buffer.byteLength;
  }

  clear(): void {
    this.idle.clear();
    this.idleBytes = 0;
  }
}
