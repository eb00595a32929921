import { createRingMemory, RingReader, RingWriter } from "../../kernel-extensions/session/output-ring";

function connect() {
  const memory = createRingMemory();
  const read: [number, string, string][] = [];
  const reader = new RingReader(
    memory,
    (id, name, text) => read.push([id, name, text]),
    () => {}, // no messages beside the text here
  );
  // A full ring wakes the reader, which in one thread is a call.
  const writer: RingWriter = new RingWriter(memory, () => reader.drain(writer.position));
  const drainAll = () => reader.drain(writer.position);
  return { read, reader, writer, drainAll };
}

describe("the ring of printed text", () => {
  test("keeps text, stream and execution in order", () => {
    const { read, writer, drainAll } = connect();
    writer.write(1, "stdout", "a\n");
    writer.write(2, "stderr", "π😀");
    drainAll();
    expect(read).toEqual([
      [1, "stdout", "a\n"],
      [2, "stderr", "π😀"],
    ]);
  });

  test("reads up to a position and leaves the rest", () => {
    const { read, reader, writer, drainAll } = connect();
    writer.write(1, "stdout", "first");
    const { position } = writer;
    writer.write(1, "stdout", "second");
    reader.drain(position);
    const before = read.map(([, , text]) => text).join("");
    drainAll();
    // The write that found the reader asleep woke it, so only an order is promised, not the first drain's share.
    expect(before.startsWith("first")).toBe(true);
    expect(read.map(([, , text]) => text).join("")).toBe("firstsecond");
  });

  test("passes a text many times its own size whole, around the end of the memory", () => {
    const { read, writer, drainAll } = connect();
    const text = "é😀x".repeat(1_500_000);
    writer.write(1, "stdout", text);
    drainAll();
    expect(read.map(([, , piece]) => piece).join("") === text).toBe(true);
    expect(read.length).toBeGreaterThan(4);
  });
});
