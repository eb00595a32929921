import { createMessage } from "../../kernel-extensions/wire/message";
import { createSigner, decodeMessage, encodeMessage, WireError } from "../../kernel-extensions/wire/signing";

const signer = createSigner("key", "hmac-sha256");
const message = createMessage({
  type: "execute_request",
  content: { code: "π" },
  identities: [Buffer.from("me")],
  buffers: [Buffer.from([0, 255])],
});

describe("signed messages", () => {
  test("come back as they went, with routing prefix and buffers", () => {
    expect(decodeMessage(encodeMessage(message, signer), signer)).toEqual(message);
  });

  test("are refused when a frame was changed", () => {
    const frames = encodeMessage(message, signer);
    frames[6] = Buffer.from('{"code":"evil"}');
    expect(() => decodeMessage(frames, signer)).toThrow(WireError);
  });

  test("are refused when signed with another key", () => {
    const frames = encodeMessage(message, createSigner("other", "hmac-sha256"));
    expect(() => decodeMessage(frames, signer)).toThrow("wrong signature");
  });

  test("need no signature when the connection has no key", () => {
    const open = createSigner("", "hmac-sha256");
    expect(decodeMessage(encodeMessage(message, open), open)).toEqual(message);
  });

  test.each([
    [[]],
    [[Buffer.from("x")]],
    [[Buffer.from("<IDS|MSG>"), Buffer.from("")]],
    [[Buffer.from("<IDS|MSG>"), Buffer.from(""), ...Array.from({ length: 4 }, () => Buffer.from("[]"))]],
    [[Buffer.from("<IDS|MSG>"), Buffer.from(""), ...Array.from({ length: 4 }, () => Buffer.from("{}"))]],
    [[Buffer.from("<IDS|MSG>"), Buffer.from(""), ...Array.from({ length: 4 }, () => Buffer.from("nonsense"))]],
  ])("that are none are refused with a reason", frames => {
    expect(() => decodeMessage(frames, createSigner("", "hmac-sha256"))).toThrow(WireError);
  });
});
