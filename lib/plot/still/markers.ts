// Marker shapes, drawn as plotly.js's symbol_defs draws them: `size` is the diameter of the circle, other shapes keep its optical weight.

import type { Drawing } from "../text/fonts";

type Outline = (r: number) => [number, number][];

function regular(points: number, turn: number): Outline {
  return r =>
    Array.from({ length: points }, (_, i) => {
      const angle = turn + (i / points) * 2 * Math.PI;
      return [r * Math.cos(angle), r * Math.sin(angle)];
    });
}

const UP = -Math.PI / 2;

const OUTLINES: Record<string, Outline> = {
  square: r => [
    [r, r],
    [r, -r],
    [-r, -r],
    [-r, r],
  ],
  diamond: r => [
    [1.3 * r, 0],
    [0, 1.3 * r],
    [-1.3 * r, 0],
    [0, -1.3 * r],
  ],
  cross: r => {
    const a = 0.4 * r;
    const b = 1.2 * r;
    return [
      [b, a],
      [a, a],
      [a, b],
      [-a, b],
      [-a, a],
      [-b, a],
      [-b, -a],
      [-a, -a],
      [-a, -b],
      [a, -b],
      [a, -a],
      [b, -a],
    ];
  },
  x: r => {
    const a = (0.8 * r) / Math.SQRT2;
    return [
      [0, a],
      [a, 2 * a],
      [2 * a, a],
      [a, 0],
      [2 * a, -a],
      [a, -2 * a],
      [0, -a],
      [-a, -2 * a],
      [-2 * a, -a],
      [-a, 0],
      [-2 * a, a],
      [-a, 2 * a],
    ];
  },
  "triangle-up": r => [
    [(-2 * r) / Math.sqrt(3), r / 2],
    [(2 * r) / Math.sqrt(3), r / 2],
    [0, -r],
  ],
  "triangle-down": r => [
    [(-2 * r) / Math.sqrt(3), -r / 2],
    [(2 * r) / Math.sqrt(3), -r / 2],
    [0, r],
  ],
  "triangle-left": r => [
    [r / 2, (-2 * r) / Math.sqrt(3)],
    [r / 2, (2 * r) / Math.sqrt(3)],
    [-r, 0],
  ],
  "triangle-right": r => [
    [-r / 2, (-2 * r) / Math.sqrt(3)],
    [-r / 2, (2 * r) / Math.sqrt(3)],
    [r, 0],
  ],
  pentagon: regular(5, UP),
  hexagon: regular(6, UP),
  star: r => {
    const outer = 1.4 * r;
    return Array.from({ length: 10 }, (_, i) => {
      const angle = UP + (i / 10) * 2 * Math.PI;
      // The inner radius of a regular five-pointed star.
      const radius = i % 2 === 0 ? outer : outer * 0.382;
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    });
  },
};

export interface MarkerStyle {
  symbol: string;
  size: number;
  color: string;
  lineColor: string;
  lineWidth: number;
}

export function drawMarker(context: Drawing, x: number, y: number, style: MarkerStyle): void {
  const open = style.symbol.endsWith("-open");
  const name = style.symbol.replace(/-(open|dot)/g, "").replace(/-thin$/, "");
  const r = style.size / 2;
  context.beginPath();
  const outline = OUTLINES[name];
  if (outline) {
    outline(r).forEach(([dx, dy], i) => {
      if (i === 0) context.moveTo(x + dx, y + dy);
      else context.lineTo(x + dx, y + dy);
    });
    context.closePath();
  } else {
    context.arc(x, y, r, 0, 2 * Math.PI);
  }
  if (!open) {
    context.fillStyle = style.color;
    context.fill();
  }
  const width = open ? style.lineWidth || 1 : style.lineWidth;
  if (width > 0) {
    context.setLineDash([]);
    context.lineWidth = width;
    context.strokeStyle = open ? style.color : style.lineColor;
    context.stroke();
  }
}
