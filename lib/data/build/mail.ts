/**
 * What a person would read of a mail: its subject and its text, out of the RFC 822 message with its headers, its parts and their
 * encodings. Real mail breaks every rule (spam on purpose), so nothing here throws: what cannot be decoded is kept as it is.
 */

export interface Mail {
  readonly subject: string;
  readonly text: string;
}

interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Parts within parts within parts: mail that goes deeper is an attack. */
const maxDepth = 8;

function splitPart(bytes: Buffer): Part {
  const text = bytes.toString("latin1"); // One character a byte: offsets in the text are offsets in the bytes.
  const gap = /\r?\n\r?\n/.exec(text);
  const head = (gap ? text.slice(0, gap.index) : text).replaceAll(/\r?\n[ \t]+/g, " ");
  const headers = new Map<string, string>();
  for (const line of head.split(/\r?\n/)) {
    const field = /^([!-9;-~]+):\s*(.*)$/.exec(line);
    if (field && !headers.has(field[1]!.toLowerCase())) headers.set(field[1]!.toLowerCase(), field[2]!);
  }
  return { headers, body: gap ? bytes.subarray(gap.index + gap[0].length) : Buffer.alloc(0) };
}

function parameter(header: string, name: string): string | undefined {
  const match = new RegExp(`${name}\\s*=\\s*(?:"([^"]*)"|([^;\\s]+))`, "i").exec(header);
  return match?.[1] ?? match?.[2];
}

function decodeCharset(bytes: Buffer, charset = "windows-1252"): string {
  try {
    // Latin-1 and ASCII are read as Windows-1252, as every mail program does.
    return new TextDecoder(/^(us-ascii|iso-8859-1)$/i.test(charset) ? "windows-1252" : charset).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function decodeQuotedPrintable(text: string): Buffer {
  const joined = text.replaceAll(/=[ \t]*\r?\n/g, "");
  return Buffer.from(
    joined.replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
}

function decodeTransfer({ headers, body }: Part): Buffer {
  const encoding = headers.get("content-transfer-encoding")?.toLowerCase() ?? "";
  if (encoding.includes("quoted-printable")) return decodeQuotedPrintable(body.toString("latin1"));
  if (encoding.includes("base64")) return Buffer.from(body.toString("latin1"), "base64");
  return body;
}

/** =?charset?Q?...?= and =?charset?B?...?= in a header. */
function decodeWords(header: string): string {
  return header
    .replaceAll(/\?=\s+=\?/g, "?==?")
    .replaceAll(/=\?([^?]+)\?([QB])\?([^?]*)\?=/gi, (_, charset: string, kind: string, word: string) =>
      decodeCharset(
        kind.toUpperCase() === "B" ? Buffer.from(word, "base64") : decodeQuotedPrintable(word.replaceAll("_", " ")),
        charset,
      ),
    );
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  nbsp: " ",
  copy: "©",
  reg: "®",
  apos: "'",
};

/** The words of a page without its tags. */
export function stripHtml(html: string): string {
  return html
    .replaceAll(/<!--[\s\S]*?-->/g, "")
    .replaceAll(/<(script|style|title)\b[\s\S]*?<\/\1\s*>/gi, " ")
    .replaceAll(/<\s*(br|\/p|\/div|\/tr|\/h\d|\/li|p|li)\b[^>]*>/gi, "\n")
    .replaceAll(/<\/?[a-z!][^>]*>/gi, " ")
    .replaceAll(
      /&(?:#(\d{1,6})|#x([0-9a-f]{1,6})|(\w{2,6}));?/gi,
      (whole, decimal?: string, hex?: string, name?: string) => {
        if (name) return entities[name.toLowerCase()] ?? whole;
        const code = decimal ? Number(decimal) : Number.parseInt(hex!, 16);
        return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      },
    );
}

function readText(part: Part, depth = 0): string {
  const type = part.headers.get("content-type") ?? "text/plain";
  const boundary = parameter(type, "boundary");
  if (/^multipart\//i.test(type) && boundary && depth < maxDepth) {
    const pieces = part.body
      .toString("latin1")
      .split(`--${boundary}`)
      .slice(1)
      .filter(piece => !piece.startsWith("--"))
      .map(piece => splitPart(Buffer.from(piece.replace(/^[ \t]*\r?\n/, ""), "latin1")));
    if (/^multipart\/alternative/i.test(type)) {
      // The same text several times over: the plainest one with anything in it.
      const plain = pieces.find(
        piece => !/^text\/html/i.test(piece.headers.get("content-type") ?? "") && readText(piece, depth + 1),
      );
      const chosen = plain ?? pieces[0];
      return chosen ? readText(chosen, depth + 1) : "";
    }
    return pieces
      .map(piece => readText(piece, depth + 1))
      .filter(Boolean)
      .join("\n");
  }
  if (/^message\/rfc822/i.test(type) && depth < maxDepth) return readText(splitPart(part.body), depth + 1);
  if (!/^text\b/i.test(type)) return ""; // Pictures, programs, signatures.
  const text = decodeCharset(decodeTransfer(part), parameter(type, "charset"));
  return /^text\/html/i.test(type) || /^\s*<(!doctype|html)\b/i.test(text) ? stripHtml(text) : text;
}

/** Reads subject and text; control characters and trailing blanks go, runs of blank lines shrink to one. */
export function readMail(bytes: Buffer): Mail {
  const part = splitPart(bytes);
  const tidy = (text: string) =>
    text
      .replaceAll(/\r\n?/g, "\n")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
      .replaceAll(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, "")
      .replaceAll(/[ \t\u00a0]+/g, " ")
      .replaceAll(/ ?\n ?/g, "\n")
      .replaceAll(/\n{3,}/g, "\n\n")
      .trim();
  return { subject: tidy(decodeWords(part.headers.get("subject") ?? "")), text: tidy(readText(part)) };
}
