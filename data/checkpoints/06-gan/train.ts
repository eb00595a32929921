// Trains the checkpoints of chapter 6: npx tsx data/checkpoints/06-gan/train.ts dcgan (or wgan-gp, or conditional)
// The networks, the games and the training are the cells of notebooks/06-gan.ipynb, woven into lib/course/06-gan.ts. The losses and the
// Fréchet distance on the way are kept in the file's metadata, so that the chapter can draw them. One thread each, so that several can be
// trained side by side.
import { join } from "node:path";
import { data, tf, threads } from "fromthetensor";
import * as gan from "fromthetensor/course/06-gan";

const steps = 3000;

async function main([name]: string[]): Promise<void> {
  if (name !== "dcgan" && name !== "wgan-gp" && name !== "conditional")
    throw new Error(`train.ts: expected dcgan, wgan-gp or conditional, got ${name}`);
  threads(1);
  const withLabels = name === "conditional";
  const random = new data.Random(1);
  const forgers = { dcgan: gan.generator, "wgan-gp": gan.mixing, conditional: gan.conditionalGenerator };
  const G = forgers[name](32, random);
  const D = withLabels ? gan.conditionalCritic(random) : gan.critic(random);
  const { train, test } = await data.mnist();
  const read = await gan.reader(join(__dirname, "../04-cnn/mnist-seed-1.safetensors"));
  const even = Array.from({ length: 5000 }, (_, i) => 2 * i);
  const real = gan.gaussian(read(test.take(even).tensors().images).features);
  const z = gan.noise(5000, new data.Random(2));
  const asked = withLabels
    ? gan.asking(
        z,
        Array.from({ length: 5000 }, (_, i) => i % 10),
      )
    : z;
  const fid: number[][] = [];
  const watch = (step: number) => {
    if (step % 500 !== 0) return;
    const { features, digits, clear } = tf.tidy(() => read(gan.draw(G, asked)));
    const distance = gan.frechet(real, gan.gaussian(features));
    features.dispose();
    fid.push([step, distance]);
    const ordered = digits.filter((digit, i) => digit === i % 10).length / digits.length;
    const says = [`Fréchet distance ${distance.toFixed(3)}`, `${(100 * clear).toFixed(1)} % clear`];
    if (withLabels) says.push(`${(100 * ordered).toFixed(1)} % as ordered`);
    console.log(`${new Date().toISOString()} ${name}: step ${step}, ${says.join(", ")}`);
  };
  const [game, rates] =
    name === "dcgan"
      ? [gan.nonSaturating, { forge: 1e-3, judge: 5e-4, beta2: 0.99 }]
      : [gan.wasserstein(10), { forge: 1e-3, judge: 1e-3, beta2: 0.9 }];
  const losses = await gan.duel(G, D, game, train, { ...rates, steps, withLabels, watch });
  const every25 = (values: number[]) => values.filter((_, i) => i % 25 === 24).map(value => Number(value.toFixed(4)));
  await data.saveCheckpoint(
    join(__dirname, `${name}.safetensors`),
    { trained: G.trained, kept: G.kept },
    {
      madeBy: "data/checkpoints/06-gan/train.ts",
      trainedOn: "mnist",
      seed: "1",
      steps: String(steps),
      distances: JSON.stringify(fid.map(([step, distance]) => [step, Number(distance!.toFixed(3))])),
      judge: JSON.stringify(every25(losses.judge)),
      forge: JSON.stringify(every25(losses.forge)),
    },
  );
}

main(process.argv.slice(2)).catch(error => {
  console.error(error);
  process.exitCode = 1;
});
