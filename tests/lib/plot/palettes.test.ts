import * as plot from "../../../lib/plot";
import { colorMap, contrast, parseColor } from "../../../lib/plot/still/color";
import { contrastColor } from "../../../lib/plot/still/heatmap";
import {
  BLUES,
  CIVIDIS,
  type ColorScale,
  DARK_COLORWAY,
  LIGHT_COLORWAY,
  VIRIDIS,
} from "../../../lib/plot/theme/palettes";
import { distance, seen, type Vision } from "./color-vision";

const EYES: Vision[] = ["normal", "protanopia", "deuteranopia", "tritanopia"];

function pairs(colors: string[]): [string, string][] {
  return colors.flatMap((a, i) => colors.slice(i + 1).map((b): [string, string] => [a, b]));
}

describe.each([
  ["light", LIGHT_COLORWAY, "#ffffff"],
  ["dark", DARK_COLORWAY, "#14181f"],
])("the %s colours", (_name, colors, paper) => {
  it("stay apart for every kind of colour vision", () => {
    for (const vision of EYES) {
      // 2.3 is a just noticeable difference; 19 is told at a glance in thin lines.
      for (const [a, b] of pairs(colors))
        expect([vision, a, b, distance(a, b, vision) > 19]).toEqual([vision, a, b, true]);
    }
  });

  it("stay apart in a grey print for the first four series", () => {
    for (const [a, b] of pairs(colors.slice(0, 4))) expect([a, b, distance(a, b, "grey") > 10]).toEqual([a, b, true]);
  });

  it("stand out from the paper", () => {
    for (const color of colors) expect([color, distance(color, paper, "grey") > 25]).toEqual([color, true]);
  });
});

it.each([
  ["viridis", VIRIDIS, 1],
  ["cividis", CIVIDIS, 1],
  ["blues", BLUES, -1],
] as [string, ColorScale, number][])(
  "the scale %s changes lightness in one direction, for every kind of colour vision",
  (_name, scale, direction) => {
    for (const vision of [...EYES, "grey"] as Vision[]) {
      const lightness = scale.map(([, color]) => seen(color, vision)[0]);
      for (let i = 1; i < lightness.length; i++)
        expect((lightness[i]! - lightness[i - 1]!) * direction).toBeGreaterThan(0);
    }
  },
);

it("numbers in the cells of a heat map can be read on every colour of every scale", () => {
  const values = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(i => i / 10);
  for (const colors of ["viridis", "cividis", "redBlue", "blues", "greys"] as const) {
    const trace = plot.heatmap([values], { colors }).data[0]!;
    const map = colorMap(trace.colorscale);
    (trace.text as string[][])[0]!.forEach((text, i) => {
      const cell = map(values[i]!);
      const written = /color:(#\w+)/.exec(text)?.[1] ?? contrastColor(cell);
      // 4.58 is what black and white reach on the grey between them.
      expect([colors, values[i], contrast(parseColor(written), cell) > 4.5]).toEqual([colors, values[i], true]);
    });
  }
});
