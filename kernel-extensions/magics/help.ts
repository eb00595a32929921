/** The magics, each with a line that says what it does; `%help` prints this list, and the parser knows no others. */
export interface MagicHelp {
  name: string;
  usage: string;
  does: string;
}

export const magicHelp: readonly MagicHelp[] = [
  { name: "%time", usage: "%time statement", does: "runs the rest of the line and prints how long it took" },
  { name: "%%time", usage: "%%time (first line)", does: "runs the cell and prints how long it took" },
  { name: "%%bash", usage: "%%bash (first line)", does: "runs the cell as a bash script" },
  { name: "!", usage: "!command", does: "runs a shell command; its output appears as it comes" },
  { name: "%env", usage: "%env [NAME[=value]]", does: "lists, shows or sets environment variables" },
  { name: "%cd", usage: "%cd folder", does: "changes the working folder, from which relative imports start" },
  { name: "%who", usage: "%who", does: "lists the names that cells have declared, with their types at run time" },
  { name: "%reset", usage: "%reset", does: "forgets all names that cells have declared" },
  {
    name: "%types",
    usage: "%types strict|warn|off",
    does: "a type error stops the cell (strict), is only shown (warn), or is not looked for (off)",
  },
  { name: "%help", usage: "%help", does: "prints this list" },
];
