/** Compiles local modules for the user's thread: asynchronously for an `import`, and for a `require` that blocks there. */
import { SyntaxFault, transpileModule } from "../evaluate/transpile";
import { analyseModule } from "../modules/analyse";
import type { Checker } from "../types/checker";
import type { ToFront, ToRuntime } from "./protocol";

export async function compileFor(
  message: Extract<ToFront, { type: "compile" }>,
  checker: Checker,
): Promise<Extract<ToRuntime, { type: "compiled" }>> {
  try {
    const compiled = await transpileModule(message.source, message.path, checker.project.emit);
    return { type: "compiled", id: message.id, module: analyseModule(compiled) };
  } catch (error) {
    const { place } = error instanceof SyntaxFault ? error : { place: undefined };
    const text = `${(error as Error).message} (${message.path}${place ? `:${place.line}:${place.column}` : ""})`;
    return { type: "compiled", id: message.id, error: place ? `${text}\n    ${place.text}` : text };
  }
}
