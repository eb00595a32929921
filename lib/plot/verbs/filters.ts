// What a convolution has learned and what it sees: kernels and feature maps as small pictures.

import { checkChoice, checkOptions, PlotError } from "../errors";
import type { Figure } from "../figure";
import { describe, isTensor, sameLength, type TensorLike } from "../input/numbers";
import { colorMap } from "../still/color";
import { compact } from "../summary";
import { COLOR_SCALES } from "../theme/palettes";
import { pictureGrid } from "./images";
import { FIGURE_OPTIONS, type FigureOptions } from "./options";

export interface FiltersOptions extends FigureOptions {
  /** "kernels" reads [height, width, in, out]; "maps" reads activations [1, height, width, channels] or [height, width, channels]. */
  kind?: "kernels" | "maps";
  columns?: number;
  /** Their numbers unless told; an empty list leaves them out, as a small grid does beside others. */
  captions?: readonly (string | number)[];
  zoom?: number;
  /** Show at most so many: 64. */
  limit?: number;
}

interface Stack {
  height: number;
  width: number;
  /** Values of picture `index` at (row, column), one per channel shown. */
  at(index: number, row: number, column: number): number[];
  count: number;
  names(index: number): string;
}

/**
 * Shows the kernels of a convolution, or the feature maps it computes.
 *
 * `plot.filters(model.weights.conv1)` and `plot.filters(activations, { kind: "maps" })`
 *
 * Signed values share one scale, blue below zero and red above, white at zero; values that are never negative run from black to white.
 * Kernels over three input channels show in colour, each stretched to its own range.
 */
export function filters(input: TensorLike, options: FiltersOptions = {}): Figure {
  const verb = "plot.filters";
  checkOptions(verb, options, [...FIGURE_OPTIONS, "kind", "columns", "captions", "zoom", "limit"]);
  if (!isTensor(input)) throw new PlotError("PLOT_VALUE", `${verb}: expected a tensor, got ${describe(input)}`);
  const guess = input.shape.length === 3 || input.shape[0] === 1 ? "maps" : "kernels";
  const kind = checkChoice(verb, "kind", options.kind ?? guess, ["kernels", "maps"]);
  const values = input.dataSync() as ArrayLike<number>;
  const stack = kind === "maps" ? readMaps(verb, input.shape, values) : readKernels(verb, input.shape, values);
  const limit = options.limit ?? 64;
  const count = Math.min(stack.count, limit);
  const captions = options.captions ?? Array.from({ length: count }, (_, i) => stack.names(i));
  if (captions.length > 0) sameLength(verb, "captions", captions.length, kind, count);
  const color = stack.at(0, 0, 0).length === 3;
  const [low, high] = extent(values);
  if (low > high) throw new PlotError("PLOT_VALUE", `${verb}: expected finite values, got none`);
  const signed = low < 0;
  const reach = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const map = colorMap(signed ? COLOR_SCALES.redBlue : COLOR_SCALES.greys);
  const shade = (value: number) => (signed ? (value / reach + 1) / 2 : value / reach);
  const pixels = (index: number) => {
    const rgba = new Uint8ClampedArray(stack.height * stack.width * 4);
    const own = color ? pictureExtent(stack, index) : undefined;
    for (let r = 0; r < stack.height; r++) {
      for (let c = 0; c < stack.width; c++) {
        const at = (r * stack.width + c) * 4;
        const channels = stack.at(index, r, c);
        if (own)
          rgba.set([...channels.map(value => Math.round((255 * (value - own[0])) / (own[1] - own[0] || 1))), 255], at);
        else if (Number.isFinite(channels[0]!))
          rgba.set(
            map(shade(channels[0]!)).map((v, k) => (k === 3 ? v * 255 : Math.round(v))),
            at,
          );
        else rgba.set([255, 0, 255, 255], at);
      }
    }
    return rgba;
  };
  const what = kind === "maps" ? "feature maps" : "kernels";
  const scale = color
    ? "each stretched to its own range"
    : signed
      ? `blue −${compact(reach)}, white 0, red ${compact(reach)}`
      : `black 0, white ${compact(reach)}`;
  const shown = count < stack.count ? `${count} of ${stack.count}` : `${count}`;
  return pictureGrid(
    verb,
    { count, height: stack.height, width: stack.width },
    pixels,
    {
      subtitle: `${shown} ${what} of ${stack.height}×${stack.width}; ${scale}`,
      ...options,
      captions: captions.length > 0 ? captions : undefined,
      zoom: options.zoom ?? Math.max(1, Math.min(Math.floor(60 / stack.width), 12)),
    },
    [],
  );
}

function extent(values: ArrayLike<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function pictureExtent(stack: Stack, index: number): [number, number] {
  const all: number[] = [];
  for (let r = 0; r < stack.height; r++) for (let c = 0; c < stack.width; c++) all.push(...stack.at(index, r, c));
  return extent(all);
}

function readKernels(verb: string, shape: readonly number[], values: ArrayLike<number>): Stack {
  if (shape.length !== 4)
    throw new PlotError("PLOT_SHAPE", `${verb}: kernels must have shape [height, width, in, out], got [${shape}]`);
  const [height, width, input, output] = shape as [number, number, number, number];
  const value = (r: number, c: number, i: number, o: number) => values[((r * width + c) * input + i) * output + o]!;
  if (input === 3) {
    return {
      height,
      width,
      count: output,
      at: (o, r, c) => [0, 1, 2].map(i => value(r, c, i, o)),
      names: o => String(o),
    };
  }
  return {
    height,
    width,
    count: input * output,
    at: (index, r, c) => [value(r, c, index % input, Math.floor(index / input))],
    names: index => (input === 1 ? String(index) : `${index % input}→${Math.floor(index / input)}`),
  };
}

function readMaps(verb: string, shape: readonly number[], values: ArrayLike<number>): Stack {
  const sizes = shape.length === 4 ? shape.slice(1) : shape;
  if (sizes.length !== 3 || (shape.length === 4 && shape[0] !== 1)) {
    throw new PlotError(
      "PLOT_SHAPE",
      `${verb}: maps must have shape [1, height, width, channels] or [height, width, channels], got [${shape}]; slice one example`,
    );
  }
  const [height, width, channels] = sizes as [number, number, number];
  return {
    height,
    width,
    count: channels,
    at: (k, r, c) => [values[(r * width + c) * channels + k]!],
    names: k => String(k),
  };
}
