import { createRequire } from "node:module";
import { encodePng } from "../../../lib/plot/still/png";
import { generator } from "./gallery";

type CanvasModule = typeof import("@napi-rs/canvas");
const { createCanvas, loadImage } = createRequire(require.resolve("fromthetensor/plot"))(
  "@napi-rs/canvas",
) as CanvasModule;

/** Decoded by another implementation than the one that wrote it. */
async function decoded(png: Buffer): Promise<Uint8ClampedArray> {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height).data;
}

function picture(width: number, height: number, pixel: (x: number, y: number) => number[]): Uint8ClampedArray {
  const out = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out.set(pixel(x, y), (y * width + x) * 4);
  return out;
}

describe("a PNG holds the pixels it was given", () => {
  it("with few colours", async () => {
    const pixels = picture(13, 7, (x, y) => [x * 10, y * 30, 5, 255]);
    expect(await decoded(encodePng(pixels, 13, 7))).toEqual(pixels);
  });
  it("with more colours than a palette has", async () => {
    const { uniform } = generator(5);
    const pixels = picture(120, 100, () => [uniform() * 255, uniform() * 255, uniform() * 255, 255].map(Math.round));
    expect(await decoded(encodePng(pixels, 120, 100))).toEqual(pixels);
  });
  it("with transparency", async () => {
    // Fully opaque or fully clear: between them a canvas stores colours multiplied by alpha, which rounds.
    const pixels = picture(9, 9, (x, y) => ((x + y) % 2 ? [200, 100, 50, 255] : [0, 0, 0, 0]));
    expect(await decoded(encodePng(pixels, 9, 9))).toEqual(pixels);
  });
  it("of one pixel", async () => {
    const pixels = Uint8ClampedArray.from([1, 2, 3, 255]);
    expect(await decoded(encodePng(pixels, 1, 1))).toEqual(pixels);
  });
});

it("a smooth gradient keeps every shade within six of its own", async () => {
  const pixels = picture(600, 20, x => [x / 3, 255 - x / 3, (x * 7) % 256, 255].map(Math.round));
  const read = await decoded(encodePng(pixels, 600, 20, { colors: "smooth" }));
  let worst = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    worst = Math.max(
      worst,
      Math.hypot(pixels[i]! - read[i]!, pixels[i + 1]! - read[i + 1]!, pixels[i + 2]! - read[i + 2]!),
    );
  }
  expect(worst).toBeLessThanOrEqual(6);
});

it("the same pixels give the same bytes", () => {
  const pixels = picture(40, 40, (x, y) => [(x * y) % 256, x, y, 255]);
  expect(encodePng(pixels, 40, 40).equals(encodePng(pixels, 40, 40))).toBe(true);
});
