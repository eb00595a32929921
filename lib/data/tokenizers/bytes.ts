/**
 * GPT-2's alphabet of bytes: one visible character for each of the 256, so that a vocabulary of byte strings can be kept as text.
 * Visible Latin-1 characters stand for themselves, the other bytes for the characters from U+0100 on; a blank is Ġ.
 * Source: bytes_to_unicode in OpenAI's encoder.py.
 */

function isVisible(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
}

let hidden = 0;
/** The character that stands for each byte. */
export const byteCharacters: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  String.fromCharCode(isVisible(byte) ? byte : 256 + hidden++),
);

const bytesByCharacter = new Map(byteCharacters.map((character, byte) => [character, byte]));
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Text as UTF-8 in the alphabet of bytes. Half a surrogate pair has no UTF-8; it becomes U+FFFD, as in every encoder. */
export function toByteCharacters(text: string): string {
  let characters = "";
  for (const byte of encoder.encode(text)) characters += byteCharacters[byte];
  return characters;
}

/** The alphabet of bytes back to text; bytes that are no UTF-8 become U+FFFD. */
export function fromByteCharacters(characters: string): string {
  return decoder.decode(Uint8Array.from(characters, character => bytesByCharacter.get(character) ?? 0x3f));
}
