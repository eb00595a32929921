// What all commands have in common: how help looks, how an error reads (one sentence that names the nearest right word and where the help
// is), and that wrong usage leaves with 2. Applied to the whole tree once every command is registered, so that none can be left out.
import { type Command, CommanderError, Help } from "commander";
import { EXIT_TROUBLE, tellTrouble } from "./attempt";

/** Adds examples to a command's help: what to type, and what it does. */
export function examples(command: Command, ...lines: [typed: string, does: string][]): Command {
  const width = Math.max(...lines.map(([typed]) => typed.length));
  const shown = lines.map(([typed, does]) => `  ${typed.padEnd(width)}  ${does}`);
  return command.addHelpText("after", `\nExamples:\n${shown.join("\n")}`);
}

/** How a command is called: "ftt data list". */
export function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

/** The command and all below it. */
export function withDescendants(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withDescendants)];
}

export function polish(program: Command): void {
  for (const command of withDescendants(program)) {
    command
      .exitOverride()
      .helpOption("-h, --help", "show this help")
      .configureHelp({ optionDescription: option => Help.prototype.optionDescription(option) })
      .configureOutput({ outputError: (text, write) => write(errorSentence(text, command)) });
    if (command.commands.length > 0) command.helpCommand("help [command]", "show the help of a command");
  }
}

/** commander's message, which may be of several lines, as one sentence: what was expected, what came, where to read more. */
function errorSentence(text: string, command: Command): string {
  const help = `"${pathOf(command)} --help"`;
  const message = sentenceOf(text.trim().replace(/^error: /, ""), command).replace(/'/g, '"');
  return `${pathOf(command)}: ${message}${message.endsWith("?") ? " See" : "; see"} ${help}\n`;
}

function sentenceOf(message: string, command: Command): string {
  const [, flags, given, expected] = message.match(/^option '(.*?)' argument '(.*)' is invalid\. (.*?)\.?$/s) ?? [];
  if (flags !== undefined) return `${flags.match(/--[\w-]+/)?.[0] ?? flags}: ${expected}, got "${given}"`;
  const [, value = "", name = "", choices] =
    message.match(/^command-argument value '(.*)' is invalid for argument '(.*)'\. Allowed choices are (.*)\.$/s) ?? [];
  if (choices !== undefined) {
    const near = nearest(value, choices.split(", "));
    const isVariadic = command.registeredArguments.some(argument => argument.name() === name && argument.variadic);
    const what = isVariadic ? name.replace(/s$/, "") : name;
    return `expected a ${what} (${choices}), got "${value}"${near ? `; did you mean "${near}"?` : ""}`;
  }
  return message
    .replace(/^missing required argument '(.*)'$/, "expected the argument <$1>, got none")
    .replace(/^too many arguments for '.*'\. Expected (\d+) (arguments?) but got (\d+).*$/s, "expected $1 $2, got $3")
    .replace(/\n?\(Did you mean one of (.*)\?\)$/, "; did you mean one of $1?")
    .replace(/\n?\(Did you mean (.*)\?\)$/, "; did you mean '$1'?");
}

/** The candidate that is fewest edits away, when those are few. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const [best] = candidates
    .map(candidate => ({ candidate, away: distance(word, candidate) }))
    .filter(({ candidate, away }) => away <= Math.max(1, Math.floor(candidate.length * 0.4)))
    .sort((a, b) => a.away - b.away);
  return best?.candidate;
}

/** Levenshtein's: the number of letters to insert, delete or exchange. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row.at(-1)!;
}

/** What has stopped the parser: help and version leave with 0, wrong usage with 2. */
export function leave(error: unknown): void {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_TROUBLE;
  else tellTrouble(error);
}
