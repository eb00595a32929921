// The command tree as completion needs it. Everything is read from commander's own objects, so that a new command or option is completed
// without a line here; what a value may be is told by its choices, or by the word with which its argument is named.
import type { Argument, Command, Option } from "commander";
import { pathOf, withDescendants } from "../help";

/** What may stand in a place: one of some words, a notebook, a folder, any file, or something nobody can foretell. */
export type Values = { words: readonly string[] } | "notebooks" | "folders" | "files" | "anything";

export interface OptionShape {
  /** "--update", "-u" */
  flags: string[];
  description: string;
  /** What follows it; undefined for a switch. */
  values: Values | undefined;
}

export interface CommandShape {
  /** Words after "ftt": "data list"; "" for ftt itself. */
  path: string;
  subcommands: { name: string; description: string }[];
  options: OptionShape[];
  /** What its arguments are, the first one's kind for all. */
  values: Values | undefined;
}

export function describe(program: Command): CommandShape[] {
  return withDescendants(program).map(command => ({
    path: pathOf(command).split(" ").slice(1).join(" "),
    subcommands:
      command.commands.length === 0
        ? []
        : command
            .createHelp()
            .visibleCommands(command)
            .map(each => ({ name: each.name(), description: oneLine(each.description()) })),
    options: [...command.createHelp().visibleOptions(command)].map(optionShape),
    values:
      command.registeredArguments[0] && valuesOf(command.registeredArguments[0].name(), command.registeredArguments[0]),
  }));
}

function optionShape(option: Option): OptionShape {
  const flags = [option.short, option.long].filter(flag => flag !== undefined);
  const value = option.flags.match(/[<[]([^\]>]+)[\]>]/)?.[1];
  return {
    flags,
    description: oneLine(option.description),
    values: value === undefined ? undefined : valuesOf(value, option),
  };
}

function valuesOf(name: string, { argChoices }: Pick<Argument | Option, "argChoices">): Values {
  if (argChoices && argChoices.length > 0) return { words: argChoices };
  if (/^notebooks?\b/.test(name)) return "notebooks";
  if (/^folder\b/.test(name)) return "folders";
  if (/^(path|file|output|model)\b/.test(name)) return "files";
  return "anything";
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
