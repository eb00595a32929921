/** `ftt draw`: the page of chapter 4, served until Ctrl-C. */
import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { examples } from "../../cli/help";
import { serveDrawing } from "./serve";

/** Where chapter 4 puts its model. */
const MODEL = join(__dirname, "../../.ftt/digits.onnx");

export function registerDraw(program: Command): void {
  const command = program
    .command("draw")
    .argument("[model]", "an ONNX file that reads 28x28 digits", MODEL)
    .option("--port <n>", "port to serve on", parsePort, 8904)
    .description("serve a page on which you draw digits and a model reads them in the browser (chapter 4)")
    .action(async (model: string, { port }: { port: number }) => {
      const page = await serveDrawing(model, { port });
      process.stdout.write(`Draw at ${page.url}\nStop it with Ctrl-C.\n`);
      await new Promise<void>(resolve => {
        for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
      });
      await page.close();
    });
  examples(
    command,
    ["ftt draw", "with the model that chapter 4 has saved"],
    ["ftt draw my-digits.onnx --port 9000", "with one of your own"],
  );
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new InvalidArgumentError("expected a whole number from 1 to 65535.");
  return port;
}
