// Takes the picture of each chapter's result out of its notebook, for the README: npx tsx docs/pictures.ts
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCanvas, loadImage } from "@napi-rs/canvas";

const width = 480; // twice the width in the README's table

async function main(): Promise<void> {
  const notebooks = join(__dirname, "../notebooks");
  mkdirSync(join(__dirname, "chapters"), { recursive: true });
  for (const file of readdirSync(notebooks).filter(name => /^\d\d-.*\.ipynb$/.test(name))) {
    const { cells } = JSON.parse(readFileSync(join(notebooks, file), "utf8"));
    const attached = cells.flatMap((cell: { attachments?: Record<string, Record<string, string>> }) =>
      Object.values(cell.attachments ?? {}).map(bundle => bundle["image/png"]),
    );
    if (!attached[0]) throw new Error(`${file}: expected a picture of the result attached to its first cells, got none`);
    const picture = await loadImage(Buffer.from(attached[0], "base64"));
    const canvas = createCanvas(width, Math.round((width * picture.height) / picture.width));
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    writeFileSync(join(__dirname, "chapters", file.replace(/\.ipynb$/, ".png")), canvas.toBuffer("image/png"));
  }
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
