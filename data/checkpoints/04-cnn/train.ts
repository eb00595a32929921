// Trains the checkpoints of chapter 4: npx tsx data/checkpoints/04-cnn/train.ts mnist 1
// The network and its training are the cells of notebooks/04-cnn.ipynb, woven into lib/course/04-cnn.ts. One thread each, so that several
// can be trained side by side.
import { join } from "node:path";
import { data, threads } from "fromthetensor";
import { classifier, fit as fitTo, measure } from "fromthetensor/course/04-cnn";

// Clothes are never upside down, but as often turned to the left as to the right; digits may not be mirrored.
const recipes = {
  mnist: {
    load: data.mnist,
    epochs: 5,
    size: 128,
    rate: 1e-2,
    drop: 0.1,
    change: data.augment(data.shift(2), data.rotate(8)),
  },
  fashion: { load: data.fashionMnist, epochs: 12, size: 64, rate: 6e-3, drop: 0, change: data.augment(data.flip()) },
};

async function main([name, seed]: string[]): Promise<void> {
  const recipe = recipes[name as keyof typeof recipes];
  if (!recipe || !(Number(seed) > 0))
    throw new Error(`train.ts: expected mnist or fashion and a seed above 0, got ${name} ${seed}`);
  threads(1);
  const { load, drop, ...plan } = recipe;
  const { train, test } = await load();
  const start = Number(seed);
  const net = classifier(start, { drop });
  const losses = await fitTo(net.whole, train, { ...plan, start });
  const last = losses.slice(-100).reduce((a, b) => a + b) / 100;
  const { accuracy } = measure(net.whole, test);
  console.log(`${name} ${seed}: training loss ${last.toFixed(4)}, test accuracy ${(100 * accuracy).toFixed(2)} %`);
  const { trained, kept } = net.whole;
  await data.saveCheckpoint(
    join(__dirname, `${name}-seed-${seed}.safetensors`),
    { trained, kept },
    {
      madeBy: "data/checkpoints/04-cnn/train.ts",
      trainedOn: load === data.mnist ? "mnist" : "fashion-mnist",
      seed: String(seed),
    },
  );
}

main(process.argv.slice(2)).catch(error => {
  console.error(error);
  process.exitCode = 1;
});
