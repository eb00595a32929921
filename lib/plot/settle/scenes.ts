// 3-D boxes: ranges, tick steps and proportions.

import { roundStep } from "../axes/ticks";
import { list, numbers, object, rowsOfNumbers, string, toNumber } from "../still/read";
import { SCENE_TYPES } from "../still/scene";
import type { FigureJson, PlotlyObject, Trace } from "../types";

/** Ranges and tick steps of a 3-D box: these do not change with the view, so they can be stated. */
export function stateScene(figure: FigureJson, id: string): PlotlyObject {
  const scene = object(figure.layout[id]);
  const out: PlotlyObject = { ...scene };
  for (const letter of ["x", "y", "z"] as const) {
    const axis = object(scene[`${letter}axis`]);
    let [low, high] = [Infinity, -Infinity];
    for (const trace of figure.data) {
      if (!isInScene(trace, id)) continue;
      const flat =
        letter === "z" && trace.type === "surface"
          ? rowsOfNumbers(trace.z).flat()
          : (numbers(trace[letter]) ?? gridIndex(trace, letter));
      for (const value of flat) {
        if (!Number.isFinite(value)) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    if (low > high) [low, high] = [0, 1];
    if (low === high) [low, high] = [low - 1, high + 1];
    const range = list(axis.range)?.map(toNumber) ?? [low, high];
    out[`${letter}axis`] = { ...axis, range, dtick: axis.dtick ?? roundStep(Math.abs(range[1]! - range[0]!) / 5) };
  }
  if (scene.aspectratio === undefined) out.aspectratio = { x: 1, y: 1, z: 0.7 };
  out.aspectmode = "manual";
  return out;
}

function isInScene(trace: Trace, id: string): boolean {
  return SCENE_TYPES.has(trace.type ?? "") && string(trace.scene, "scene") === id;
}

function gridIndex(trace: Trace, letter: "x" | "y" | "z"): number[] {
  const z = rowsOfNumbers(trace.z);
  const count = letter === "y" ? z.length : (z[0]?.length ?? 0);
  return Array.from({ length: count }, (_, i) => i);
}
