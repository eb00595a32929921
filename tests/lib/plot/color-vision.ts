// How colours look to readers who see fewer of them: Machado, Oliveira and Fernandes, A Physiologically-based Model for Simulation of
// Color Vision Deficiency (2009), full severity, in linear sRGB; and how far apart two colours look, in CIE L*a*b*.
import { lab } from "./perceptual";

export type Vision = "normal" | "protanopia" | "deuteranopia" | "tritanopia" | "grey";

const MATRICES: Record<Exclude<Vision, "normal" | "grey">, number[][]> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function bytes(hex: string): number[] {
  return [1, 3, 5].map(i => Number.parseInt(hex.slice(i, i + 2), 16));
}

const toLinear = (v: number) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
const toByte = (v: number) => {
  const c = Math.min(Math.max(v, 0), 1);
  return 255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);
};

/** L*, a*, b* of a colour as one kind of reader sees it; a grey print keeps the lightness alone. */
export function seen(hex: string, vision: Vision): [number, number, number] {
  const rgb = bytes(hex);
  if (vision === "normal") return lab(rgb);
  if (vision === "grey") return [lab(rgb)[0], 0, 0];
  const linear = rgb.map(toLinear);
  return lab(MATRICES[vision].map(row => toByte(row.reduce((sum, weight, i) => sum + weight * linear[i]!, 0))));
}

export function distance(a: string, b: string, vision: Vision): number {
  const [p, q] = [seen(a, vision), seen(b, vision)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}
