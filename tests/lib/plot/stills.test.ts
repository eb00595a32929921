// Each still against plotly.js's own rendering of the same JSON, in a headless Chromium with the same fonts.
import type { Browser, Page } from "playwright-core";
import * as plot from "../../../lib/plot";
import { placeAxis } from "../../../lib/plot/axes/axis";
import { printDate } from "../../../lib/plot/axes/dates";
import { axisTicks } from "../../../lib/plot/axes/ticks";
import { ensureChromium } from "../../browser";
import { GALLERY } from "./gallery";
import { compareImages } from "./perceptual";
import { drawWithPlotly, launchForPlotly, openPlotlyPage } from "./plotly-page";

/**
 * Share of 4x4-pixel blocks that may differ plainly, and the mean distance in L*a*b*. What remains is anti-aliasing and the rounding of
 * text to pixels; a label moved by its own height or a wrong colour of one thin line exceeds these.
 */
const LIMITS = { visible: 0.003, mean: 0.35 };
/**
 * plotly.js sets the labels of 3-D axes along their axes, ours stand upright. Cells without gaps are a stretched picture there, whose edges
 * fall between pixels, and a smooth field is stored in 256 shades here.
 */
const LOOSER: Record<string, typeof LIMITS> = {
  surface: { visible: 0.012, mean: 0.5 },
  attention: { visible: 0.008, mean: 0.5 },
  attentionHeads: { visible: 0.025, mean: 0.7 },
  heatmapLarge: { visible: 0.003, mean: 0.6 },
  heatmapDates: { visible: 0.003, mean: 0.5 },
  heatmapText: { visible: 0.003, mean: 0.6 },
  confusion: { visible: 0.003, mean: 0.5 },
  barStacked: { visible: 0.005, mean: 0.35 },
};

const executable = ensureChromium();
const suite = executable ? describe : describe.skip;

suite("a still shows what plotly.js shows", () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await launchForPlotly(executable!);
    page = await openPlotlyPage(browser);
  });
  afterAll(() => browser?.close());

  for (const [name, make] of Object.entries(GALLERY)) {
    it(`for ${name}`, async () => {
      const figure = make();
      const [ours, theirs] = [await figure.png(), await drawWithPlotly(page, figure.toJSON())];
      const difference = await compareImages(ours, theirs);
      expect(difference.width[0]).toBe(difference.width[1]);
      expect(difference.height[0]).toBe(difference.height[1]);
      const limits = LOOSER[name] ?? LIMITS;
      expect({
        name,
        ...difference,
        ok: difference.visible <= limits.visible && difference.mean <= limits.mean,
      }).toMatchObject({ ok: true });
    });
  }

  it("and ticks of dates of every span are plotly.js's, place and words", async () => {
    for (const length of [260, 620]) {
      // From 40 ms to 400 years.
      for (let span = 40; span < 1.3e13; span *= 3.7) {
        const start = Date.UTC(2019, 10, 23, 21, 46, 37, 400);
        const figure = plot
          .figure([{ type: "scatter", x: [start, start + span].map(printDate), y: [1, 2] }], {
            width: length + 80,
            margin: { l: 40, r: 40 },
          })
          .toJSON();
        await drawWithPlotly(page, figure);
        const theirs = await page.evaluate(() => {
          const element = document.getElementById("figure") as unknown as {
            _fullLayout: { xaxis: { _vals: { x: number; text: string }[] } };
          };
          return element._fullLayout.xaxis._vals.map(({ x, text }) => [x, text]);
        });
        const area = { left: 40, top: 20, width: length, height: 300 };
        const ours = axisTicks(placeAxis(figure, "x", figure.layout.xaxis!.range!, area));
        expect({ span, ticks: ours.map(({ value, text }) => [value, text]) }).toEqual({ span, ticks: theirs });
      }
    }
  });

  it("and the comparison sees a missing line, a wrong colour and a moved label", async () => {
    const figure = GALLERY.line!().toJSON();
    const whole = await drawWithPlotly(page, figure);
    const changed = [
      { ...figure, data: figure.data.slice(1) },
      {
        ...figure,
        data: figure.data.map((trace, i) => (i === 0 ? { ...trace, line: { color: "#d85f23", width: 2 } } : trace)),
      },
      {
        ...figure,
        layout: { ...figure.layout, xaxis: { ...figure.layout.xaxis, title: { text: "angle (rad)", standoff: 22 } } },
      },
    ];
    for (const other of changed) {
      const difference = await compareImages(whole, await drawWithPlotly(page, other));
      expect(difference.visible > LIMITS.visible || difference.mean > LIMITS.mean).toBe(true);
    }
  });

  it("and hovering over the interactive figure tells the value", async () => {
    const figure = GALLERY.bar!().toJSON();
    await drawWithPlotly(page, figure);
    const { l, t } = figure.layout.margin as { l: number; t: number };
    await page.mouse.move(l + 90, t + 250);
    await page.waitForSelector(".hoverlayer .hovertext", { timeout: 5000 });
    expect(await page.textContent(".hoverlayer")).toContain("97.91");
  });
});
