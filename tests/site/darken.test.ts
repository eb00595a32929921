// Pictures made on white, on dark paper: paper and ink change places, colours keep their hue, tiles stay.
import { createDrawing, decodeImage } from "../../lib/plot/text/fonts";
import { darken } from "../../site/darken";

const [WIDTH, HEIGHT] = [200, 120];

/** White, with a thin black line, a patch of orange and, where asked for, a black tile with a white dot in it. */
function picture(paper: string): Buffer {
  const { canvas, context } = createDrawing(WIDTH, HEIGHT, 1);
  const fill = (color: string, x: number, y: number, w: number, h: number) => {
    context.fillStyle = color;
    context.fillRect(x, y, w, h);
  };
  fill(paper, 0, 0, WIDTH, HEIGHT);
  fill("#000000", 10, 100, 150, 2);
  fill("#d85f23", 10, 10, 40, 40);
  fill("#000000", 100, 10, 60, 60);
  fill("#ffffff", 125, 35, 4, 4);
  return canvas.toBuffer("image/png");
}

async function colorsOf(png: Buffer, ...places: [x: number, y: number][]): Promise<number[][]> {
  const image = await decodeImage(png);
  const { context } = createDrawing(image.width, image.height, 1);
  context.drawImage(image, 0, 0);
  return places.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)]);
}

test("paper becomes the dark paper, ink light, and a colour keeps its hue", async () => {
  const dark = (await darken(picture("#ffffff")))!;
  const [paper, ink, orange] = await colorsOf(dark, [1, 1], [50, 101], [30, 30]);
  expect(paper).toEqual([20, 24, 31]);
  expect(ink).toEqual([255, 255, 255]);
  const [red = 0, green = 0, blue = 0] = orange!;
  expect(red).toBeGreaterThan(green + 60);
  expect(green).toBeGreaterThan(blue + 20);
});

test("a black tile stays black, and what is on it white", async () => {
  const dark = (await darken(picture("#ffffff")))!;
  expect(await colorsOf(dark, [105, 15], [126, 36])).toEqual([
    [0, 0, 0],
    [255, 255, 255],
  ]);
});

test("a picture that is not on white has no other form", async () => {
  expect(await darken(picture("#336699"))).toBeUndefined();
});
