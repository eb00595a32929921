// Messages that no front end should send: each generator takes dice and gives the frames of one.
import { encode, type Header, newHeader, sign } from "../client/wire";
import type { Dice } from "./random";

type Frame = string | Uint8Array;

export interface Malformed {
  kind: string;
  channel: "shell" | "control" | "stdin";
  frames: Frame[];
}

// Not shutdown_request: a kernel that obeys one, however odd, does right.
const requests: Record<string, Record<string, unknown>> = {
  execute_request: {
    code: "1",
    silent: false,
    store_history: true,
    user_expressions: {},
    allow_stdin: false,
    stop_on_error: false,
  },
  complete_request: { code: "Math.flo", cursor_pos: 8 },
  inspect_request: { code: "Math.floor", cursor_pos: 7, detail_level: 0 },
  is_complete_request: { code: "function f() {" },
  history_request: { hist_access_type: "tail", n: 3, raw: true, output: false },
  comm_info_request: { target_name: "x" },
  comm_open: { comm_id: "fuzz", target_name: "fuzz", data: {} },
  comm_msg: { comm_id: "fuzz", data: {} },
  comm_close: { comm_id: "fuzz", data: {} },
  kernel_info_request: {},
  input_reply: { value: "x", status: "ok" },
};
const types = Object.keys(requests);
const channels = ["shell", "shell", "shell", "control", "stdin"] as const;

const oddValues: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  3.7,
  1e308,
  -(2 ** 53),
  2 ** 31,
  "",
  "text",
  "\u0000",
  "\ud800",
  "😀".repeat(1000),
  "x".repeat(200_000),
  [],
  [[[]]],
  {},
  { length: -1 },
  { __proto__: null, toString: 1 },
  { constructor: { prototype: {} } },
];

/** Swaps, drops or adds fields of an object at random, nested ones too. */
function distort(dice: Dice, value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth > 2) return dice.pick(oddValues);
  const fields = Object.entries(value);
  const changed = fields.flatMap(([name, old]) => {
    const roll = dice.next();
    if (roll < 0.2) return [];
    if (roll < 0.6) return [[name, dice.next() < 0.5 ? dice.pick(oddValues) : distort(dice, old, depth + 1)]];
    return [[name, old]];
  });
  if (dice.next() < 0.3)
    changed.push([dice.pick(["extra", "__proto__", "constructor", "toJSON", ""]), dice.pick(oddValues)]);
  return Object.fromEntries(changed);
}

/** Flips, cuts or inserts bytes of a JSON text. */
function garble(dice: Dice, text: string): Buffer {
  const bytes = Buffer.from(text);
  const at = dice.below(bytes.length + 1);
  switch (dice.below(4)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), dice.bytes(1 + dice.below(8)), bytes.subarray(at)]);
    case 2:
      return dice.bytes(dice.below(300));
    default:
      return Buffer.concat([bytes, Buffer.from(dice.pick(["}", "[", "null", '{"a":', "\u0000"]))]);
  }
}

type Generator = (dice: Dice, key: string, header: Header) => Frame[];

const generators: Record<string, Generator> = {
  "wrong signature": (dice, key, header) => {
    const frames = encode(key, header, requests[header.msg_type]);
    frames[1] = dice.pick<Frame>([
      "",
      "0",
      sign(`${key}x`, ["a"]),
      dice.bytes(32),
      dice.bytes(64).toString("hex"),
      "é".repeat(64),
    ]);
    return frames;
  },
  "missing frames": (dice, key, header) => {
    const frames = encode(key, header, requests[header.msg_type]);
    return dice.next() < 0.5 ? frames.slice(0, dice.below(frames.length)) : frames.filter(() => dice.next() < 0.7);
  },
  "no delimiter": (dice, key, header) => {
    const frames = encode(key, header, requests[header.msg_type]);
    frames[0] = dice.pick<Frame>(["", "<IDS|MSG", "<ids|msg>", dice.bytes(9)]);
    return frames;
  },
  "random frames": dice => Array.from({ length: 1 + dice.below(9) }, () => dice.bytes(dice.below(200))),
  "garbled JSON, well signed": (dice, key, header) => {
    const parts: (string | Buffer)[] = [header, {}, {}, requests[header.msg_type]].map(part => JSON.stringify(part));
    const which = dice.below(4);
    parts[which] = garble(dice, parts[which] as string);
    return ["<IDS|MSG>", sign(key, parts), ...parts];
  },
  "JSON of the wrong shape": (dice, key, header) => {
    const parts = [header, {}, {}, requests[header.msg_type]].map(part => JSON.stringify(part));
    parts[dice.below(4)] = dice.pick([
      "null",
      "[]",
      "1",
      '"text"',
      "true",
      "[{}]",
      "{}",
      '{"msg_id":null}',
      `${"[".repeat(5000)}${"]".repeat(5000)}`,
    ]);
    return ["<IDS|MSG>", sign(key, parts), ...parts];
  },
  "odd content": (dice, key, header) => encode(key, header, distort(dice, requests[header.msg_type])),
  "odd header": (dice, key, header) => encode(key, distort(dice, header) as Header, requests[header.msg_type]),
  "odd parent and metadata": (dice, key, header) =>
    encode(key, header, requests[header.msg_type], {
      parent: distort(dice, header) as Header,
      metadata: distort(dice, { deletedCells: [], cellId: "x" }),
    }),
  "unknown type": (dice, key, header) =>
    encode(
      key,
      {
        ...header,
        msg_type: dice.pick([
          "",
          "no_such_request",
          "execute_reply",
          "status",
          "constructor",
          "__proto__",
          "toString",
          "x".repeat(10_000),
        ]),
      },
      {},
    ),
  "stray buffers": (dice, key, header) =>
    encode(key, header, requests[header.msg_type], {
      buffers: Array.from({ length: 1 + dice.below(20) }, () => dice.bytes(dice.below(1000))),
    }),
};

export function malformed(dice: Dice, key: string, session: string): Malformed {
  const kind = dice.pick(Object.keys(generators));
  const header = newHeader(dice.pick(types), session);
  return { kind, channel: dice.pick(channels), frames: generators[kind]!(dice, key, header) };
}
