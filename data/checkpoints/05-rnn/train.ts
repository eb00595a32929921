// Trains the checkpoint of chapter 5: npx tsx data/checkpoints/05-rnn/train.ts
// The network, its training and its measurement are the cells of notebooks/05-rnn.ipynb, woven into lib/course/05-rnn.ts.
import { join } from "node:path";
import { data, seed, threads } from "fromthetensor";
import { fit as fitTo, gru, measure, model } from "fromthetensor/course/05-rnn";

const UNITS = 296; // as many as fit into 1.5 MB
const EPOCHS = 20;

async function main(): Promise<void> {
  threads(1);
  seed(1); // of the dropout
  const { alphabet, train, validation, test } = await data.mobyDickCharacters();
  const net = model(gru, alphabet.size, UNITS, 1);
  const plan = { B: 16, T: 64, rate: 4e-3, dropout: 0.4 };
  const each = data.streams(train, { size: plan.B, length: plan.T }).length;
  const before = async (step: number) => {
    if (step % (2 * each) === 0)
      console.log(`epoch ${step / each}: ${(await measure(net, validation)).toFixed(4)} nats`);
  };
  const losses = await fitTo(net, train, { steps: EPOCHS * each, ...plan, before });
  const last = losses.slice(-each).reduce((a, b) => a + b) / each;
  const [validated, tested] = [await measure(net, validation), await measure(net, test)];
  console.log(
    `nats per character: training ${last.toFixed(4)}, validation ${validated.toFixed(4)}, test ${tested.toFixed(4)}`,
  );
  await data.saveCheckpoint(
    join(__dirname, "moby-dick-gru.safetensors"),
    { gru: net.variables },
    { madeBy: "data/checkpoints/05-rnn/train.ts", trainedOn: "moby-dick", units: String(UNITS), seed: "1" },
  );
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
