// Text of the reader's own (tokens, captions, cells) next to Plotly's markup.

/** Makes `<pad>` show as written instead of being taken for a tag. */
export function escapeMarkup(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}
