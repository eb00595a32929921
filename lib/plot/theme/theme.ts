// One look for every figure, in a light and a dark form, written as a Plotly template so that plotly.js and the still renderer read
// the same sizes, colours and fonts from the same place.

import { checkChoice } from "../errors";
import type { FigureJson, PlotlyObject } from "../types";
import { DARK_COLORWAY, LIGHT_COLORWAY, VIRIDIS } from "./palettes";

export type ThemeName = "light" | "dark";

export interface Theme {
  name: ThemeName;
  /** Behind everything. */
  paper: string;
  /** Text of titles. */
  ink: string;
  /** Text that stands back: tick labels, subtitles, captions. */
  muted: string;
  grid: string;
  line: string;
  /** Marks that warn: values left out, work interrupted. */
  warning: string;
  colorway: string[];
}

const LIGHT: Theme = {
  name: "light",
  paper: "#ffffff",
  ink: "#1c2430",
  muted: "#56606e",
  grid: "#e7eaee",
  line: "#9aa3af",
  warning: "#b3261e",
  colorway: LIGHT_COLORWAY,
};

const DARK: Theme = {
  name: "dark",
  paper: "#14181f",
  ink: "#e8ecf1",
  muted: "#a7b0bd",
  grid: "#2a313c",
  line: "#5d6775",
  warning: "#ff8a80",
  colorway: DARK_COLORWAY,
};

let current: ThemeName = "light";

/** Sets the theme of the figures made from now on: `plot.setTheme("dark")`. */
export function setTheme(name: ThemeName): void {
  current = checkChoice("plot.setTheme", "the theme", name, ["light", "dark"]);
}

export function themeOf(name: ThemeName | undefined, verb = "plot"): Theme {
  const chosen = name ?? current;
  return checkChoice(verb, "theme", chosen, ["light", "dark"]) === "dark" ? DARK : LIGHT;
}

// Open Sans ships with the package and is plotly.js's own default; the rest stand in where a browser lacks it.
export const FONT_FAMILY = '"Open Sans", Arial, "DejaVu Sans", sans-serif';

/** The theme as Plotly's `layout.template`. */
export function template(theme: Theme): PlotlyObject {
  const axis = {
    automargin: true,
    gridcolor: theme.grid,
    zerolinecolor: theme.grid,
    zerolinewidth: 1,
    linecolor: theme.line,
    showline: true,
    ticks: "outside",
    ticklen: 5,
    tickcolor: theme.line,
    tickfont: { size: 12, color: theme.muted },
    title: { standoff: 10, font: { size: 13 } },
    exponentformat: "power",
  };
  const scene = { ...axis, backgroundcolor: theme.paper, showbackground: false };
  return {
    layout: {
      font: { family: FONT_FAMILY, size: 13, color: theme.ink },
      paper_bgcolor: theme.paper,
      plot_bgcolor: theme.paper,
      colorway: theme.colorway,
      colorscale: { sequential: VIRIDIS },
      title: {
        x: 0,
        xref: "paper",
        xanchor: "left",
        font: { size: 16, weight: 600 },
        subtitle: { font: { size: 12, color: theme.muted } },
      },
      legend: { font: { size: 12 }, bgcolor: "rgba(0,0,0,0)" },
      hoverlabel: { font: { size: 12 } },
      xaxis: axis,
      yaxis: axis,
      scene: { xaxis: scene, yaxis: scene, zaxis: scene },
    },
  };
}

/** The theme a finished figure was made with, told by its paper. */
export function themeOfFigure(figure: FigureJson): Theme {
  const layout = (figure.layout.template as { layout?: PlotlyObject } | undefined)?.layout;
  return layout?.paper_bgcolor === DARK.paper ? DARK : LIGHT;
}
