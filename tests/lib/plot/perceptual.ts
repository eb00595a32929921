// How different two pictures look: CIE L*a*b* distance of blocks of pixels, so that a shift by a fraction of a pixel or another
// anti-aliasing counts for little and a missing line, a wrong colour or a moved label counts in full.
import { createRequire } from "node:module";

type CanvasModule = typeof import("@napi-rs/canvas");
const { createCanvas, loadImage } = createRequire(require.resolve("fromthetensor/plot"))(
  "@napi-rs/canvas",
) as CanvasModule;

export interface Difference {
  /** Mean distance over all blocks; 2.3 is the smallest difference an eye can tell. */
  mean: number;
  /** Share of blocks that differ by more than 10, plainly visible. */
  visible: number;
  width: [number, number];
  height: [number, number];
}

/** Block size in device pixels: 4 CSS pixels at scale 2. */
const BLOCK = 8;

export async function compareImages(a: Buffer, b: Buffer): Promise<Difference> {
  const [one, other] = [await loadImage(a), await loadImage(b)];
  const columns = Math.floor(Math.min(one.width, other.width) / BLOCK);
  const rows = Math.floor(Math.min(one.height, other.height) / BLOCK);
  const first = blockColors(one, columns, rows);
  const second = blockColors(other, columns, rows);
  let sum = 0;
  let visible = 0;
  for (let i = 0; i < first.length; i += 3) {
    const distance = Math.hypot(first[i]! - second[i]!, first[i + 1]! - second[i + 1]!, first[i + 2]! - second[i + 2]!);
    sum += distance;
    if (distance > 10) visible++;
  }
  const blocks = columns * rows;
  return {
    mean: sum / blocks,
    visible: visible / blocks,
    width: [one.width, other.width],
    height: [one.height, other.height],
  };
}

/** L*, a*, b* of each block's mean colour. */
function blockColors(image: Awaited<ReturnType<typeof loadImage>>, columns: number, rows: number): Float64Array {
  const canvas = createCanvas(columns * BLOCK, rows * BLOCK);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const out = new Float64Array(columns * rows * 3);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const sum = [0, 0, 0];
      for (let y = 0; y < BLOCK; y++) {
        for (let x = 0; x < BLOCK; x++) {
          const at = ((row * BLOCK + y) * canvas.width + column * BLOCK + x) * 4;
          for (let c = 0; c < 3; c++) sum[c]! += data[at + c]!;
        }
      }
      out.set(lab(sum.map(total => total / (BLOCK * BLOCK))), (row * columns + column) * 3);
    }
  }
  return out;
}

/** sRGB bytes to CIE L*a*b* under D65. */
export function lab(rgb: number[]): [number, number, number] {
  const [r, g, b] = rgb.map(value => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
