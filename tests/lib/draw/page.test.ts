// The page of chapter 4 in a headless Chromium: digits are drawn with the mouse, and the network that chapter 4's checkpoint holds reads
// them in the browser. No request leaves this machine.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { loadClassifier } from "../../../lib/course/04-cnn";
import { DrawError, type DrawingPage, serveDrawing } from "../../../lib/draw";
import { exportOnnx, tf } from "../../../lib/tensor";
import { ensureChromium, launchBrowser } from "../../browser";

const executable = ensureChromium();
const checkpoint = join(__dirname, "../../../data/checkpoints/04-cnn/mnist-seed-1.safetensors");

let folder: string;
let model: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "draw-"));
  model = join(folder, "digits.onnx");
  const { whole } = await loadClassifier(checkpoint);
  exportOnnx((x: tf.Tensor4D) => tf.softmax(whole.forward(x, false)), [tf.zeros<tf.Rank.R4>([1, 28, 28, 1])], model);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("without a model there is one sentence", async () => {
  await expect(serveDrawing(join(folder, "none.onnx"))).rejects.toMatchObject({ code: "DRAW_MODEL" });
  await expect(serveDrawing(folder)).rejects.toThrow(DrawError);
});

test("a port in use is told", async () => {
  const other = createServer();
  await new Promise<void>(resolve => other.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = other.address() as AddressInfo;
    await expect(serveDrawing(model, { port })).rejects.toMatchObject({ code: "DRAW_PORT" });
  } finally {
    other.close();
  }
});

test("only the page's own files are handed out", async () => {
  await using page = await serveDrawing(model);
  expect((await fetch(page.url)).headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect((await fetch(`${page.url}ort-wasm-simd-threaded.wasm`, { method: "HEAD" })).headers.get("content-type")).toBe(
    "application/wasm",
  );
  for (const path of ["package.json", "../package.json", "%2e%2e/serve.ts", "page/page.js"])
    expect((await fetch(page.url + path)).status).toBe(404);
});

(executable ? describe : describe.skip)("in a browser", () => {
  let browser: Browser;
  let served: DrawingPage;
  let page: Page;
  const elsewhere: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser(executable!);
    served = await serveDrawing(model);
    page = await browser.newPage({ viewport: { width: 760, height: 620 } });
    page.on("request", request => {
      if (!request.url().startsWith(served.url) && !request.url().startsWith("data:")) elsewhere.push(request.url());
    });
    await page.goto(served.url);
    await page.getByText("The network runs in this page").waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  /** Strokes in pixels of the paper, 280 by 280; returns the answer and its probability in per cent. */
  async function draw(strokes: (readonly [number, number])[][]): Promise<{ digit: string; percent: number }> {
    await page.locator("#clear").click();
    const { x: left, y: top } = (await page.locator("#paper").boundingBox())!;
    for (const stroke of strokes) {
      const [[x, y], ...rest] = stroke as [readonly [number, number], ...(readonly [number, number])[]];
      await page.mouse.move(left + x, top + y);
      await page.mouse.down();
      for (const [toX, toY] of rest) await page.mouse.move(left + toX, top + toY, { steps: 4 });
      await page.mouse.up();
    }
    await page.locator(".best").waitFor();
    const text = await page.locator(".best span").last().innerText();
    return { digit: await page.locator("#answer").innerText(), percent: Number.parseFloat(text) };
  }

  const arc = (x: number, y: number, radius: number, from: number, to: number, tall = 1) =>
    Array.from({ length: 25 }, (_, i) => {
      const angle = ((from + ((to - from) * i) / 24) * Math.PI) / 180;
      return [x + radius * Math.cos(angle), y + tall * radius * Math.sin(angle)] as const;
    });

  const drawings: Record<string, (readonly [number, number])[][]> = {
    "0": [arc(140, 140, 60, 0, 360, 1.4)],
    "1": [
      [
        [150, 50],
        [138, 230],
      ],
    ],
    "3": [[...arc(130, 95, 45, 200, 450), ...arc(130, 185, 45, 270, 520)]],
    "4": [
      [
        [100, 60],
        [85, 150],
        [190, 150],
      ],
      [
        [175, 70],
        [165, 235],
      ],
    ],
    "7": [
      [
        [80, 65],
        [195, 65],
        [125, 230],
      ],
    ],
  };

  test.each(Object.keys(drawings))("a %s drawn with the mouse is read", async digit => {
    const read = await draw(drawings[digit]!);
    expect(read.digit).toBe(digit);
    expect(read.percent).toBeGreaterThan(50);
  });

  test("a small digit in a corner is read as well, because it is centred first", async () => {
    const corner = drawings["7"]!.map(stroke => stroke.map(([x, y]) => [200 + 0.3 * (x - 60), 0.3 * y] as const));
    expect((await draw(corner)).digit).toBe("7");
  });

  test("clear empties the sheet and the answer", async () => {
    await draw(drawings["1"]!);
    await page.locator("#clear").click();
    expect(await page.locator("#answer").innerText()).toBe("");
    expect(await page.locator(".best").count()).toBe(0);
  });

  test("nothing was asked of another machine", () => expect(elsewhere).toEqual([]));
});
