// How this machine reaches the package registries: mirrors, proxies and certificates that npm, pip and apt are set up with here. A clean root
// or an image build gets them as files that are mounted for that time alone, so that none of it is kept in what is built.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Names of the files, in the folder that `writeHostRegistries` fills. */
export const FILES = { npm: "npmrc", pip: "pip.conf", apt: "apt.conf", certificates: "ca.crt" } as const;

const NPM_KEYS = ["registry", "proxy", "https-proxy", "noproxy", "strict-ssl"];
const PIP_KEYS = ["index-url", "proxy", "trusted-host", "timeout"];
const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"; // Debian's, where a company's own authority is added too

/**
 * Writes the files into `folder`. `seenAs` is the folder that they will be mounted on, which npm's and pip's settings name.
 * What is not set on this machine is not in them.
 */
export function writeHostRegistries(folder: string, seenAs: string): void {
  mkdirSync(folder, { recursive: true });
  const certificates = certificateFile();
  const authority = certificates && join(seenAs, FILES.certificates);
  const npm = npmSettings().filter(([key]) => NPM_KEYS.includes(key));
  const pip = pipSettings().filter(([key]) => PIP_KEYS.includes(key));
  if (authority) {
    npm.push(["cafile", authority]);
    pip.push(["cert", authority]);
    execFileSync("cp", ["--", certificates, join(folder, FILES.certificates)]);
  }
  const lines = (settings: [string, string][]) => settings.map(([key, value]) => `${key} = ${value}\n`).join("");
  writeFileSync(join(folder, FILES.npm), lines(npm), { mode: 0o644 });
  writeFileSync(join(folder, FILES.pip), `[global]\n${lines(pip)}`);
  const proxies = output("apt-config", ["dump", "Acquire"]).match(/^Acquire::(?:https?::|Check-Date).*;$/gm) ?? [];
  const apt = authority ? [...proxies, `Acquire::https::CaInfo "${authority}";`] : proxies;
  writeFileSync(join(folder, FILES.apt), `${apt.join("\n")}\n`);
}

/** Where this machine gets Debian's packages from, so that a root made here comes from there too. */
export function debianMirror(): string {
  const sites = output("apt-get", ["indextargets", "--format", "$(SITE)"]).split("\n");
  return sites.find(site => /\/debian\/?$/.test(site)) ?? "http://deb.debian.org/debian";
}

/** The certificates that this machine trusts, when its clients were told to use them. */
function certificateFile(): string | undefined {
  const named = [process.env.NODE_EXTRA_CA_CERTS, process.env.SSL_CERT_FILE, CERTIFICATES];
  return named.find(path => path && existsSync(path));
}

function npmSettings(): [string, string][] {
  const text = output("npm", ["config", "list", "--json"]);
  if (!text) return [];
  return Object.entries(JSON.parse(text) as Record<string, unknown>)
    .filter(([, value]) => value !== null && value !== "" && String(value) !== "")
    .map(([key, value]) => [key, String(value)]);
}

/** `pip config list` prints lines such as global.index-url='https://…'. */
function pipSettings(): [string, string][] {
  const lines = output("python3", ["-m", "pip", "config", "list"]).matchAll(
    /^(?:global|user|site)\.([\w-]+)='(.*)'$/gm,
  );
  return [...lines].map(([, key, value]) => [key!, value!]);
}

/** What a program prints, or nothing where it is not there or fails. */
function output(command: string, args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], cwd: "/" });
  } catch {
    return "";
  }
}
