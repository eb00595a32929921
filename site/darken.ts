// A picture that was made on white, for a page that is dark: paper becomes the dark paper, ink becomes light, colours keep their hue. What is
// a picture within the picture (a black tile with a digit on it) stays as it is, because there black means something.
//
// Inverting and then turning the hue by half a circle is 255 - 2 * mean + c for each channel c: grey is inverted, and the distance of the
// channels from each other stays. Tiles are found as connected dark patches that fill most of their box; text and axes do not.
import { createDrawing, decodeImage } from "../lib/plot/text/fonts";
import { themeOf } from "../lib/plot/theme/theme";

/** Below this lightness (0..255) a pixel may belong to a tile. */
const DARK = 110;
/** The least side of a tile in pixels, of which there are two to a point: letters are smaller. */
const TILE_SIDE = 32;
/** The least share of its box that a tile fills: letters, axes and frames fill less. */
const TILE_FILL = 0.45;

/** The PNG on dark paper; undefined when it is not on white, and so does not stand out. */
export async function darken(png: Buffer): Promise<Buffer | undefined> {
  const image = await decodeImage(png);
  const { width, height } = image;
  const { canvas, context } = createDrawing(width, height, 1);
  context.drawImage(image, 0, 0);
  const picture = context.getImageData(0, 0, width, height);
  const { data } = picture;
  const corners = [0, width - 1, (height - 1) * width, width * height - 1];
  if (!corners.every(at => Math.min(data[4 * at]!, data[4 * at + 1]!, data[4 * at + 2]!) > 240)) return undefined;
  const kept = tiles(data, width, height);
  const paper = themeOf("dark")
    .paper.match(/[0-9a-f]{2}/gi)!
    .map(pair => Number.parseInt(pair, 16));
  for (let at = 0; at < width * height; at++) {
    if (kept[at]) continue;
    const i = 4 * at;
    const mean = (data[i]! + data[i + 1]! + data[i + 2]!) / 3;
    for (let channel = 0; channel < 3; channel++) {
      const turned = Math.min(255, Math.max(0, 255 - 2 * mean + data[i + channel]!));
      data[i + channel] = paper[channel]! + ((255 - paper[channel]!) * turned) / 255;
    }
  }
  context.putImageData(picture, 0, 0);
  return canvas.toBuffer("image/png");
}

/** Marks the pixels of all tiles, whatever lies within their boxes. */
function tiles(data: Uint8ClampedArray, width: number, height: number): Uint8Array {
  const isDark = (at: number) => (data[4 * at]! + data[4 * at + 1]! + data[4 * at + 2]!) / 3 < DARK;
  const seen = new Uint8Array(width * height);
  const kept = new Uint8Array(width * height);
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] || !isDark(start)) continue;
    let [left, right, top, bottom, area] = [width, 0, height, 0, 0];
    const stack = [start];
    seen[start] = 1;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const [x, y] = [at % width, Math.floor(at / width)];
      area++;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      for (const next of [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width]) {
        if (next < 0 || next >= seen.length || seen[next] || !isDark(next)) continue;
        seen[next] = 1;
        stack.push(next);
      }
    }
    const [w, h] = [right - left + 1, bottom - top + 1];
    if (Math.min(w, h) < TILE_SIDE || area < TILE_FILL * w * h) continue;
    for (let y = top; y <= bottom; y++) kept.fill(1, y * width + left, y * width + right + 1);
  }
  return kept;
}
