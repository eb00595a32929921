// The camera of plotly.js's 3-D scenes: a box of the figure's aspect ratio around the origin, seen from `eye` with a 45 degree view.

import type { PlotlyObject } from "../types";
import { number, object } from "./read";
import type { Area } from "./stage";

export type Vector = [number, number, number];

export function subtract(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function normalize(a: Vector): Vector {
  const length = Math.hypot(...a) || 1;
  return [a[0] / length, a[1] / length, a[2] / length];
}

export interface Camera {
  eye: Vector;
  /** Directions of the picture's right and top in the scene. */
  right: Vector;
  up: Vector;
  /** Scene units to pixels of the figure and the distance from the eye. */
  project(point: Vector): { x: number; y: number; depth: number };
}

function vector(value: unknown, otherwise: Vector): Vector {
  const given = object(value);
  return [number(given.x, otherwise[0]), number(given.y, otherwise[1]), number(given.z, otherwise[2])];
}

export function makeCamera(scene: PlotlyObject, area: Area): Camera {
  const camera = object(scene.camera);
  const center = vector(camera.center, [0, 0, 0]);
  const eye = vector(camera.eye, [1.25, 1.25, 1.25]);
  const position: Vector = [eye[0], eye[1], eye[2]];
  const forward = normalize(subtract(center, position));
  const right = normalize(cross(forward, vector(camera.up, [0, 0, 1])));
  const up = cross(right, forward);
  const flat = object(camera.projection).type === "orthographic";
  const distance = Math.hypot(...subtract(center, position));
  // Half the vertical view angle, pi / 4, sets the focal length in half-heights.
  const focal = 1 / Math.tan(Math.PI / 8);
  return {
    eye: position,
    right,
    up,
    project(point) {
      const relative = subtract(point, position);
      const depth = dot(relative, forward);
      const scale = ((focal / (flat ? distance : depth)) * area.height) / 2;
      return {
        x: area.left + area.width / 2 + dot(relative, right) * scale,
        y: area.top + area.height / 2 - dot(relative, up) * scale,
        depth,
      };
    },
  };
}
