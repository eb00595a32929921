// The shapes of the data that travel: a figure as Plotly's JSON, and the MIME bundle a notebook stores.
//
// Plotly's own type package describes a thousand attributes and follows another release rhythm, so only what lib/plot reads or writes
// is named here; anything else passes through untouched, because a raw figure may hold any attribute plotly.js knows.

/** What a notebook cell stores for one output: one form of the same thing per MIME type. */
export type MimeBundle = Record<string, unknown>;

/** Any object of Plotly's JSON, read attribute by attribute. */
export type PlotlyObject = { [attribute: string]: unknown };

/** One trace: a layer of data. `type` is "scatter" when absent, as in plotly.js. */
export interface Trace extends PlotlyObject {
  type?: string;
  name?: string;
  showlegend?: boolean;
  visible?: boolean | "legendonly";
  xaxis?: string;
  yaxis?: string;
}

export interface Font extends PlotlyObject {
  family?: string;
  size?: number;
  color?: string;
  weight?: number | "normal" | "bold";
}

export interface AxisLayout extends PlotlyObject {
  title?: { text?: string; font?: Font; standoff?: number };
  type?: "linear" | "log" | "category" | "-" | "date";
  /** In the axis's own units: exponents of ten when `type` is "log", dates when it is "date". */
  range?: [number, number] | [string, string];
  visible?: boolean;
}

export interface Annotation extends PlotlyObject {
  text: string;
  x: number | string;
  y: number | string;
  xref?: string;
  yref?: string;
}

export interface Layout extends PlotlyObject {
  width?: number;
  height?: number;
  margin?: { l?: number; r?: number; t?: number; b?: number; pad?: number; autoexpand?: boolean };
  font?: Font;
  annotations?: Annotation[];
  xaxis?: AxisLayout;
  yaxis?: AxisLayout;
}

/** A whole figure: what is stored under application/vnd.plotly.v1+json. */
export interface FigureJson extends PlotlyObject {
  data: Trace[];
  layout: Layout;
  config?: PlotlyObject;
}

/** The symbol by which a value tells a notebook how it wants to be shown. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display") as never;

/** The symbol by which a value tells metadata of its forms, such as the size at which a picture of two pixels per CSS pixel is meant. */
export const DISPLAY_METADATA: unique symbol = Symbol.for("Jupyter.display.metadata") as never;
