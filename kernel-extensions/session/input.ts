/** `await input("name? ")`: asks the front end for a line, hidden on request. */
import { KeyboardInterrupt } from "../evaluate/report";
import { currentCell } from "./cell";
import { tell } from "./link";

export class InputNotAvailable extends Error {
  override name = "InputNotAvailableError";
}

interface Waiting {
  cell: number;
  resolve(value: string): void;
  reject(reason: unknown): void;
}

export class Inputs {
  private readonly waiting = new Map<number, Waiting>();
  private count = 0;

  ask(prompt: string, password: boolean): Promise<string> {
    const cell = currentCell();
    if (!cell.allowInput) {
      return Promise.reject(
        new InputNotAvailable(
          "input: expected a front end that can ask the user, but this one runs cells unattended; give the value in code",
        ),
      );
    }
    return new Promise((resolve, reject) => {
      this.count += 1;
      this.waiting.set(this.count, { cell: cell.id, resolve, reject });
      tell({ type: "input", id: cell.id, request: this.count, prompt, password });
    });
  }

  answer(request: number, value: string | undefined): void {
    const waiting = this.waiting.get(request);
    this.waiting.delete(request);
    if (value === undefined) waiting?.reject(new InputNotAvailable("input: the front end gave no answer"));
    else waiting?.resolve(value);
  }

  cancel(cell: number): void {
    for (const [request, waiting] of this.waiting) {
      if (waiting.cell !== cell) continue;
      this.waiting.delete(request);
      waiting.reject(new KeyboardInterrupt());
    }
  }
}
