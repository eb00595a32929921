// From a drawing to the 28 by 28 pixels of MNIST. Its makers scaled each digit into a box of 20 by 20, smoothed by greys, and moved the
// centre of its ink to the centre of the picture (LeCun et al., http://yann.lecun.com/exdb/mnist/). A network trained on such pictures
// expects them, so a drawing is prepared in the same way.

const SIDE = 28;
const BOX = 20;

/** The red channel of a canvas in [0, 1]: the drawing is white on black. @param {HTMLCanvasElement} canvas */
function greys(canvas) {
  const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(
    0,
    0,
    canvas.width,
    canvas.height,
  );
  return Float32Array.from({ length: data.length / 4 }, (_, i) => (data[4 * i] ?? 0) / 255);
}

/** The smallest box around the ink, or undefined for a blank sheet. @param {Float32Array} ink @param {number} width */
function boxOf(ink, width) {
  let [left, right, top, bottom] = [width, -1, ink.length, -1];
  for (const [i, value] of ink.entries()) {
    if (value < 0.1) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** The centre of the ink, in pixels. @param {Float32Array} ink */
function centreOf(ink) {
  let [mass, x, y] = [0, 0, 0];
  for (const [i, value] of ink.entries()) {
    mass += value;
    x += value * (i % SIDE);
    y += value * Math.floor(i / SIDE);
  }
  return { x: x / mass, y: y / mass };
}

/** @param {CanvasImageSource} source @param {number[]} rectangle to cut out and where to put it, as for drawImage */
function redraw(source, [sx, sy, sw, sh, dx, dy, dw, dh]) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.imageSmoothingQuality = "high";
  context.fillRect(0, 0, SIDE, SIDE);
  context.drawImage(source, sx, sy, sw, sh, dx, dy, dw, dh);
  return canvas;
}

/**
 * @param {HTMLCanvasElement} paper white ink on black
 * @returns {{ canvas: HTMLCanvasElement, pixels: Float32Array } | undefined} 784 pixels in [0, 1]; undefined for a blank sheet
 */
export function centred(paper) {
  const box = boxOf(greys(paper), paper.width);
  if (!box) return undefined;
  const scale = BOX / Math.max(box.width, box.height);
  const [width, height] = [box.width * scale, box.height * scale];
  const small = redraw(paper, [
    box.left,
    box.top,
    box.width,
    box.height,
    (SIDE - width) / 2,
    (SIDE - height) / 2,
    width,
    height,
  ]);
  const { x, y } = centreOf(greys(small));
  const middle = (SIDE - 1) / 2;
  const moved = redraw(small, [0, 0, SIDE, SIDE, Math.round(middle - x), Math.round(middle - y), SIDE, SIDE]);
  return { canvas: moved, pixels: greys(moved) };
}
