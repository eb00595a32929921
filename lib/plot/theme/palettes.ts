// The colours, chosen so that nobody loses a line: distinct to colour-blind readers, ordered apart in a greyscale print.
//
// The categorical colours were searched for: any two of the eight lie 20 apart in L*a*b* to readers with protanopia, deuteranopia or
// tritanopia as to others, and the first four differ by 11 in lightness alone. A test holds them to it.
// Viridis and Cividis are matplotlib's (CC0), monotone in lightness; the diverging scale is ColorBrewer's RdBu, blue below.

/** A Plotly colour scale: positions in 0..1 and CSS colours. */
export type ColorScale = [number, string][];

/** Stops spread evenly over 0..1. */
function even(...colors: string[]): ColorScale {
  return colors.map((color, index) => [Number((index / (colors.length - 1)).toFixed(4)), color]);
}

export const VIRIDIS = even(
  "#440154",
  "#482878",
  "#3e4989",
  "#31688e",
  "#26828e",
  "#1f9e89",
  "#35b779",
  "#6ece58",
  "#b5de2b",
  "#fde725",
);

export const CIVIDIS = even(
  "#00224e",
  "#123570",
  "#3b496c",
  "#575d6d",
  "#707173",
  "#8a8678",
  "#a59c74",
  "#c3b369",
  "#e1cc55",
  "#fee838",
);

export const RED_BLUE = even(
  "#053061",
  "#2166ac",
  "#4393c3",
  "#92c5de",
  "#d1e5f0",
  "#f7f7f7",
  "#fddbc7",
  "#f4a582",
  "#d6604d",
  "#b2182b",
  "#67001f",
);

export const GREYS = even("#000000", "#ffffff");

/** From white to ink: counts and probabilities, where nothing should look like nothing. */
export const BLUES = even(
  "#f7fbff",
  "#deebf7",
  "#c6dbef",
  "#9ecae1",
  "#6baed6",
  "#4292c6",
  "#2171b5",
  "#08519c",
  "#08306b",
);

export const COLOR_SCALES = {
  viridis: VIRIDIS,
  cividis: CIVIDIS,
  redBlue: RED_BLUE,
  greys: GREYS,
  blues: BLUES,
} as const;
export type ColorScaleName = keyof typeof COLOR_SCALES;

export const LIGHT_COLORWAY = [
  "#2a67b4", // blue
  "#d85f23", // vermilion
  "#37beea", // sky
  "#891357", // burgundy
  "#279b5d", // green
  "#ee9e0a", // amber
  "#4b30b0", // indigo
  "#8a8a8a", // grey
];
export const DARK_COLORWAY = [
  "#689dbe", // blue
  "#ffb94e", // amber
  "#c9f2ed", // ice
  "#b75263", // rose
  "#41cc75", // green
  "#fef33d", // yellow
  "#a66ce3", // violet
  "#b0b0b0", // grey
];

/** With the colour the dash changes too, so that a figure survives a black-and-white printer. */
export const DASHES = ["solid", "solid", "dash", "dashdot", "dot", "longdash", "longdashdot", "dash"] as const;
