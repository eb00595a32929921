/** Photographs to look at, to blur, to find edges in and to encode: five subjects and three textures. */
import { decodeImage, type Pixels } from "../formats/image";
import { type ReadOptions, readDataset } from "../store/read";

const files = {
  astronaut: "astronaut.png",
  brick: "brick.png",
  camera: "camera.png",
  cat: "chelsea.png",
  coffee: "coffee.png",
  grass: "grass.png",
  gravel: "gravel.png",
  rocket: "rocket.jpg",
} as const;

export type PhotographName = keyof typeof files;
export const photographNames = Object.keys(files) as PhotographName[];

/** One photograph. @example const { values, shape } = await data.photograph("cat"); // shape [300, 451, 3] */
export async function photograph(name: PhotographName, options: ReadOptions = {}): Promise<Pixels> {
  const [bytes] = await readDataset("photographs", [files[name]], options);
  return decodeImage(bytes!);
}
