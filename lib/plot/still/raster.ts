// Triangles into a depth buffer: what WebGL does for plotly.js's surfaces, in a few dozen lines and a few dozen milliseconds.

import type { Rgba } from "./color";

/** A corner of a triangle on the screen. */
export interface Vertex {
  /** Device pixels. */
  x: number;
  y: number;
  /** Distance from the eye. */
  depth: number;
  /** Position in the colour table, 0..1. */
  color: number;
  /** Share of the colour that the light leaves. */
  light: number;
}

const TABLE_SIZE = 1024;

export class DepthBuffer {
  readonly rgba: Uint8ClampedArray;
  /** One over the distance of what is nearest so far: linear on the screen, unlike the distance. */
  readonly nearness: Float32Array;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.rgba = new Uint8ClampedArray(width * height * 4);
    this.nearness = new Float32Array(width * height);
  }

  /** Whether something at this distance would be seen at a pixel; `slack` is the share of its nearness that it may lie behind. */
  isVisible(x: number, y: number, depth: number, slack: number): boolean {
    const [column, row] = [Math.round(x), Math.round(y)];
    if (column < 0 || row < 0 || column >= this.width || row >= this.height) return true;
    return (1 / depth) * (1 + slack) >= this.nearness[row * this.width + column]!;
  }

  /** Fills a triangle where it is nearer than what is there, colours and light interpolated between its corners. */
  triangle(a: Vertex, b: Vertex, c: Vertex, table: Uint8ClampedArray): void {
    const area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
    if (!(Math.abs(area) > 1e-9)) return;
    const left = Math.max(0, Math.ceil(Math.min(a.x, b.x, c.x) - 0.5));
    const right = Math.min(this.width - 1, Math.floor(Math.max(a.x, b.x, c.x) - 0.5));
    const top = Math.max(0, Math.ceil(Math.min(a.y, b.y, c.y) - 0.5));
    const bottom = Math.min(this.height - 1, Math.floor(Math.max(a.y, b.y, c.y) - 0.5));
    const [na, nb, nc] = [1 / a.depth, 1 / b.depth, 1 / c.depth];
    for (let row = top; row <= bottom; row++) {
      const y = row + 0.5;
      for (let column = left; column <= right; column++) {
        const x = column + 0.5;
        const wa = ((b.x - x) * (c.y - y) - (c.x - x) * (b.y - y)) / area;
        const wb = ((c.x - x) * (a.y - y) - (a.x - x) * (c.y - y)) / area;
        const wc = 1 - wa - wb;
        // A hair of overlap keeps neighbouring triangles from leaving pixels between them.
        if (wa < -1e-6 || wb < -1e-6 || wc < -1e-6) continue;
        const nearness = wa * na + wb * nb + wc * nc;
        const at = row * this.width + column;
        if (nearness <= this.nearness[at]!) continue;
        this.nearness[at] = nearness;
        const color = Math.min(Math.max(wa * a.color + wb * b.color + wc * c.color, 0), 1);
        const light = wa * a.light + wb * b.light + wc * c.light;
        const entry = Math.round(color * (TABLE_SIZE - 1)) * 4;
        this.rgba[at * 4] = table[entry]! * light;
        this.rgba[at * 4 + 1] = table[entry + 1]! * light;
        this.rgba[at * 4 + 2] = table[entry + 2]! * light;
        this.rgba[at * 4 + 3] = table[entry + 3]!;
      }
    }
  }
}

/** A colour scale as a table of RGBA bytes. */
export function colorTable(map: (t: number) => Rgba): Uint8ClampedArray {
  const table = new Uint8ClampedArray(TABLE_SIZE * 4);
  for (let i = 0; i < TABLE_SIZE; i++) {
    const [r, g, b, a] = map(i / (TABLE_SIZE - 1));
    table.set([r, g, b, a * 255], i * 4);
  }
  return table;
}
