// `ftt completion bash|zsh|fish`: a script that completes commands, options, notebooks and names, made from the command tree itself.
import { Argument, type Command } from "commander";
import { examples } from "../help";
import { bashCompletion } from "./bash";
import { describe } from "./describe";
import { fishCompletion } from "./fish";
import { zshCompletion } from "./zsh";

export const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;
export type Shell = keyof typeof SHELLS;

export function completionScript(shell: Shell, program: Command): string {
  return SHELLS[shell](describe(program));
}

export function registerCompletion(program: Command): void {
  const command = program
    .command("completion")
    .description("print a script with which your shell completes commands, options, notebooks and names")
    .addArgument(new Argument("<shell>", "the shell that is to complete").choices(Object.keys(SHELLS)))
    .action((shell: Shell) => {
      process.stdout.write(completionScript(shell, program));
    });
  examples(
    command,
    ['eval "$(npx ftt completion bash)"', "for this bash; in ~/.bashrc for all (run in the course's folder)"],
    ['eval "$(npx ftt completion zsh)"', "for this zsh, after compinit; in ~/.zshrc for all"],
    ["npx ftt completion fish | source", "for this fish"],
    ["npx ftt completion fish > ~/.config/fish/completions/ftt.fish", "for every fish"],
    ['alias ftt="npx ftt"', "what is completed is the word ftt"],
  );
}
