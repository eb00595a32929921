/**
 * Captioned emoji art: the same objects drawn by four hands, 32x32, with names and keywords.
 *
 * The drawings are the vector art of Fluent flat, Fluent, Noto and Twemoji in Iconify's packages, drawn at 256x256 and reduced; an
 * object is in when all four have it. Names and groups are Unicode's, keywords are emojilib's. Each style is one PNG with
 * transparency, objects in Unicode's order, 42 to a row.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sharp } from "../../codecs";
import type { SourcePackage } from "../../store/manifest";
import type { Recipe } from "../recipe";

const tile = 32;
const columns = 42;
/** The art is drawn this large, then reduced: small details blend instead of dropping out. */
const drawnSize = 256;

const styles = ["fluent-flat", "fluent", "noto", "twemoji"] as const;
const sources: SourcePackage[] = [
  {
    registry: "npm",
    package: "@iconify-json/fluent-emoji-flat",
    version: "1.2.6",
    sha256: "7d064769dee690815f823bc5bcc511d957198caf9f5edd8dd9c1aa48a6aeb175",
  },
  {
    registry: "npm",
    package: "@iconify-json/fluent-emoji",
    version: "1.2.7",
    sha256: "8044210dbf11e016d4de85f15d01a243423bd832457e7e2491df1b751c0e272b",
  },
  {
    registry: "npm",
    package: "@iconify-json/noto",
    version: "1.2.9",
    sha256: "3e918d88fc945c0bb3d468dbace6f88caef67f01c9f0e7bcae0915a042e8f1ad",
  },
  {
    registry: "npm",
    package: "@iconify-json/twemoji",
    version: "1.2.5",
    sha256: "19046dff7d8707ce96212ec86468b36ac5f8e60409629dd13f809265c6d0ebb7",
  },
  {
    registry: "npm",
    package: "unicode-emoji-json",
    version: "0.9.0",
    sha256: "ae7efacb55533385bf8767d613dbd36c71226669759d95919a6e9059f5e4c401",
  },
  {
    registry: "npm",
    package: "emojilib",
    version: "4.0.3",
    sha256: "7f9a6b43cff31d18985b7d65d11faba5bd971cbcc60020cf6d09322fbaaaf303",
  },
];

interface Icon {
  readonly body: string;
  readonly left?: number;
  readonly top?: number;
  readonly width?: number;
  readonly height?: number;
}

interface IconSet {
  readonly width?: number;
  readonly height?: number;
  readonly icons: Readonly<Record<string, Icon>>;
  readonly aliases?: Readonly<Record<string, { readonly parent: string }>>;
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, "utf8")) as T;
}

function findIcon(set: IconSet, name: string | undefined): Icon | undefined {
  if (name === undefined) return undefined;
  const icon = set.icons[name];
  if (icon) return icon;
  const alias = set.aliases?.[name];
  // An alias may also turn or mirror its parent; no emoji does, and one that did would not be the same drawing.
  return alias && Object.keys(alias).length === 1 ? findIcon(set, alias.parent) : undefined;
}

function svg(
  set: IconSet,
  { body, left = 0, top = 0, width = set.width ?? 16, height = set.height ?? 16 }: Icon,
): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${drawnSize}" ` +
      `height="${drawnSize}" viewBox="${left} ${top} ${width} ${height}">${body}</svg>`,
  );
}

/** Iconify lists icons by code points, with or without the variation selector that asks for a picture. */
function lookUp(names: Readonly<Record<string, string>>, emoji: string): string | undefined {
  const points = [...emoji].map(character => character.codePointAt(0)!.toString(16).padStart(4, "0"));
  return names[points.join("-")] ?? names[points.filter(point => point !== "fe0f").join("-")];
}

export const emoji: Recipe = {
  name: "emoji",
  title: "Emoji art with captions: 1,594 objects in four styles, 32x32, colour and transparency",
  sources,
  licence: "MIT, Apache-2.0 and CC-BY-4.0",
  attribution:
    "Fluent Emoji, flat and colour: copyright Microsoft Corporation (MIT). Noto Emoji: copyright Google Inc. (Apache-2.0). Twemoji: " +
    "copyright Twitter, Inc and other contributors (CC-BY-4.0, https://creativecommons.org/licenses/by/4.0/). unicode-emoji-json and " +
    "emojilib: copyright Mu-An Chiou (MIT).",
  changes:
    "vector art drawn at 256x256 and reduced to 32x32; only objects that all four styles have, without skin tones; names and groups " +
    "from unicode-emoji-json, keywords from emojilib",
  async build({ source, write, say }) {
    const folders = await Promise.all(sources.map((_, index) => source(index)));
    const [flat, fluent, noto, twemoji, unicode, emojilib] = folders as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const sets = await Promise.all(
      [flat, fluent, noto, twemoji].map(folder => readJson<IconSet>(join(folder, "icons.json"))),
    );
    const characters = await Promise.all(
      // Fluent lists no code points; its icons have the same names as Fluent flat's.
      [flat, flat, noto, twemoji].map(folder => readJson<Record<string, string>>(join(folder, "chars.json"))),
    );
    const described = await readJson<Record<string, { name: string; group: string }>>(
      join(unicode, "data-by-emoji.json"),
    );
    const ordered = await readJson<string[]>(join(unicode, "data-ordered-emoji.json"));
    const keywords = await readJson<Record<string, string[]>>(join(emojilib, "dist/emoji-en-US.json"));

    const objects = ordered.flatMap(character => {
      const icons = sets.map((set, style) => findIcon(set, lookUp(characters[style]!, character)));
      const text = described[character];
      if (!text || !icons.every(icon => icon !== undefined)) return [];
      const { name, group } = text;
      const words = (keywords[character] ?? []).map(word => word.replaceAll("_", " ").toLowerCase());
      return [
        {
          icons,
          caption: { emoji: character, name, group, keywords: [...new Set(words)].filter(word => word !== name) },
        },
      ];
    });
    say(`  ${objects.length} of ${ordered.length} objects are in all four styles`);

    for (const [style, name] of styles.entries()) {
      const [width, height] = [columns * tile, Math.ceil(objects.length / columns) * tile];
      const sheet = Buffer.alloc(width * height * 4);
      for (const [index, { icons }] of objects.entries()) {
        const pixels = await sharp()(svg(sets[style]!, icons[style]!))
          .resize(tile, tile)
          .ensureAlpha()
          .raw()
          .toBuffer();
        const start = Math.floor(index / columns) * tile * width + (index % columns) * tile;
        for (let row = 0; row < tile; row++)
          pixels.copy(sheet, (start + row * width) * 4, row * tile * 4, (row + 1) * tile * 4);
      }
      // The colour of what cannot be seen is noise to a compressor.
      for (let at = 0; at < sheet.length; at += 4) if (sheet[at + 3] === 0) sheet.fill(0, at, at + 3);
      const png = await sharp()(sheet, { raw: { width, height, channels: 4 } })
        .png({ compressionLevel: 9, adaptiveFiltering: true })
        .toBuffer();
      await write(`${name}.png`, png, "identity");
    }
    const lines = objects.map(({ caption }) => JSON.stringify(caption));
    await write("captions.jsonl", `${lines.join("\n")}\n`, "br");
  },
};
