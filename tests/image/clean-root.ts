// A clean Debian root file system, and commands run in it as a plain user: what a newcomer has who did nothing but install the prerequisites.
// mmdebstrap makes it from Debian's packages, Node and npm come from the npm registry as nodejs.org ships them, and each command has its own
// mount and process namespaces, so that whatever it starts ends with it and nothing of the host is seen but the network.
//
//   npx tsx tests/image/clean-root.ts --packages python3,python3-venv --node 22 -- 'npm start -- --no-browser'
//
// The checkout lies in ~/deep learning/from the tensor of the user "student", a path with spaces, and without .git, as from a downloaded archive.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { debianMirror, writeHostRegistries } from "../../cli/image/host-registries";
import { descendants } from "../harness/process-tree";

const ROOT = join(__dirname, "..", "..");
const SUITE = "trixie";
const USER = "student";
const HOME = `/home/${USER}`;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;
const REGISTRIES = "/run/host-registries"; // inside
/** Bases are the same for every checkout of this user. */
export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "from-the-tensor");

export interface BaseOptions {
  /** Debian's packages beside apt and ca-certificates. */
  packages?: string[];
  /** Node's version from the npm registry, as in "22" or "20.19.0", with the npm that it ships; none when left out. */
  node?: string;
  /** Debian's release. */
  suite?: string;
  /** A user with the number 1000, as Node's Docker image has "node". */
  user?: string;
}

export interface CleanRootOptions extends BaseOptions {
  /** Where the checkout is copied to, below the user's home, or false for no copy. */
  checkout?: string | false;
}

export interface RunOptions {
  /** "student" (1000:1000) or "root". */
  user?: "student" | "root";
  /** Where it runs; default: the checkout, or the user's home. */
  cwd?: string;
  env?: Record<string, string>;
  timeoutMs?: number;
  /** Called with each piece of output as it comes. */
  onOutput?: (text: string) => void;
}

export interface Result {
  /** The exit code, or null when time ran out. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CleanRoot {
  /** Its place on the host. */
  folder: string;
  /** The checkout's place inside, when there is one. */
  checkout: string | undefined;
  /** Runs a line of bash to its end; what it leaves running is ended with it. */
  run(command: string, options?: RunOptions): Promise<Result>;
  /** Removes it. */
  dispose(): void;
}

/** Why no clean root can be made on this machine, or undefined when it can; installs mmdebstrap where that is all that is missing. */
export function reasonAgainst(): string | undefined {
  if (process.platform !== "linux") return `it needs Linux, and this is ${process.platform}`;
  if (process.getuid?.() !== 0) return "it needs root, to make a root file system and enter it";
  if (!onPath("apt-get")) return "it needs Debian's apt-get, and none is here";
  if (!onPath("mmdebstrap")) installPackages(["mmdebstrap", "debian-archive-keyring"]);
  if (!onPath("mmdebstrap")) return "it needs mmdebstrap, which apt-get could not install";
  try {
    execFileSync("unshare", ["--mount", "--pid", "--fork", "true"], { stdio: "ignore" });
  } catch {
    return "it needs namespaces of its own, which this machine does not allow";
  }
  return undefined;
}

export function onPath(program: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Installs packages on the host, as far as that goes: whoever needs one looks for it afterwards. */
export function installPackages(packages: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    execFileSync("apt-get", ["update"], { env, stdio: "ignore" });
    execFileSync("apt-get", ["install", "-y", "--no-install-recommends", ...packages], { env, stdio: "ignore" });
  } catch {}
}

/** The archive of a root with these packages, made once and kept in this user's cache. */
export function baseArchive({ packages = [], node, suite = SUITE, user }: BaseOptions): string {
  const wanted = ["ca-certificates", "passwd", ...packages].sort();
  const recipe = { suite, wanted, node, user, version: 3 };
  const name = `${suite}-${createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 12)}`;
  const archive = join(CACHE, `${name}.tar`);
  if (existsSync(archive)) return archive;
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(CACHE, "making-"));
  try {
    const root = join(work, "root");
    const unwanted = ["/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/info/*"];
    execFileSync(
      "mmdebstrap",
      [
        "--quiet",
        "--mode=root",
        "--variant=apt",
        "--format=directory",
        `--include=${wanted.join(",")}`,
        ...unwanted.map(path => `--dpkgopt=path-exclude=${path}`),
        suite,
        root,
        debianMirror(),
      ],
      { stdio: ["ignore", "ignore", "inherit"] },
    );
    // The mirror is this machine's business, not the base's.
    writeFileSync(
      join(root, "etc/apt/sources.list"),
      `deb http://deb.debian.org/debian ${suite} main\ndeb http://deb.debian.org/debian ${suite}-updates main\n`,
    );
    if (node) addNode(root, node, work);
    if (user) execFileSync("chroot", [root, "useradd", "--create-home", "--uid", "1000", user]);
    execFileSync("tar", ["--create", "--one-file-system", "--file", `${archive}.new`, "--directory", root, "."]);
    renameSync(`${archive}.new`, archive);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return archive;
}

/** Node and npm in /usr/local, as Node's own archive and its Docker image have them. */
function addNode(root: string, version: string, work: string): void {
  const unpack = (spec: string, folder: string) => {
    const [packed] = JSON.parse(
      execFileSync("npm", ["pack", spec, "--json", "--silent", "--pack-destination", work], {
        encoding: "utf8",
        cwd: work,
        stdio: ["ignore", "pipe", "inherit"],
      }),
    ) as { filename: string }[];
    mkdirSync(folder, { recursive: true });
    const archive = join(work, packed!.filename);
    execFileSync("tar", ["--extract", "--no-same-owner", "--strip=1", "--file", archive, "--directory", folder]);
  };
  const arch = process.arch;
  const programs = join(root, "usr/local/bin");
  unpack(`node-linux-${arch}@${version}`, join(work, "node"));
  execFileSync("cp", [join(work, "node/bin/node"), programs]);
  unpack("npm@10", join(root, "usr/local/lib/node_modules/npm"));
  for (const name of ["npm", "npx"]) {
    const script = join(root, `usr/local/lib/node_modules/npm/bin/${name}-cli.js`);
    chmodSync(script, 0o755);
    execFileSync("ln", ["-s", `../lib/node_modules/npm/bin/${name}-cli.js`, join(programs, name)]);
  }
}

export function makeCleanRoot(options: CleanRootOptions = {}): CleanRoot {
  const archive = baseArchive(options);
  const folder = mkdtempSync(join(tmpdir(), "ftt-root-"));
  const registries = mkdtempSync(join(tmpdir(), "ftt-registries-"));
  const running = new Set<ChildProcess>();
  const dispose = () => {
    for (const signal of SIGNALS) process.off(signal, interrupted);
    for (const child of running) end(child);
    rmSync(folder, { recursive: true, force: true });
    rmSync(registries, { recursive: true, force: true });
  };
  const interrupted = () => {
    dispose();
    process.exit(130);
  };
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    chmodSync(folder, 0o755);
    execFileSync("tar", ["--extract", "--numeric-owner", "--file", archive, "--directory", folder]);
    execFileSync("chroot", [folder, "useradd", "--create-home", "--uid", "1000", "--shell", "/bin/bash", USER]);
    writeHostRegistries(registries, REGISTRIES);
    chmodSync(registries, 0o755);
    let checkout: string | undefined;
    if (options.checkout !== false) {
      checkout = join(HOME, options.checkout ?? "deep learning/from the tensor");
      copyCheckout(join(folder, checkout));
      execFileSync("chroot", [folder, "chown", "-R", `${USER}:${USER}`, HOME]);
    }
    return {
      folder,
      checkout,
      dispose,
      run: (command, how = {}) => enter(running, folder, registries, command, { cwd: checkout, ...how }),
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** What .gitignore leaves out, and git itself: a newcomer may have neither git nor a clone. */
const NOT_COPIED = /^(\.git|node_modules|dist|\.venv|\.ftt|\.ipynb_checkpoints|executed|.*\.log)$/;

/** Copies the working tree as it lies there, without what the set-up or a run has made. */
export function copyCheckout(target: string): void {
  const filter = (path: string) => path === ROOT || !NOT_COPIED.test(basename(path));
  cpSync(ROOT, target, { recursive: true, filter, verbatimSymlinks: true });
}

/** Mounts, as root of new namespaces, what any system has; then becomes the user in the new root. The command's bash is process 1 there. */
const ENTER = `set -e
root=$1 registries=$2 user=$3
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
mkdir "$root/dev/shm" "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts" || true
ln -s pts/ptmx "$root/dev/ptmx"
for device in null zero full random urandom tty; do touch "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
ln -s /proc/self/fd "$root/dev/fd"
for n in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/\${n%:*}" "$root/dev/\${n#*:}"; done
mount --rbind -o ro /sys "$root/sys"
mount -t tmpfs tmpfs "$root/run"
mkdir "$root${REGISTRIES}"
mount --bind -o ro "$registries" "$root${REGISTRIES}"
for file in /etc/resolv.conf /etc/hosts; do touch "$root$file"; mount --bind -o ro "$file" "$root$file"; done
certificates=/etc/ssl/certs/ca-certificates.crt
[ ! -e "$registries/ca.crt" ] || [ ! -e "$root$certificates" ] || mount --bind -o ro "$registries/ca.crt" "$root$certificates"
shift 3
exec chroot --userspec="$user" "$root" "$@"
`;

/** With process 1 of its namespace all others end; that one has changed its user, and no longer hears of the death of its parent. */
function end(child: ChildProcess): void {
  for (const pid of [...descendants(child.pid!), child.pid!]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {} // it ended a moment before
  }
}

function enter(
  running: Set<ChildProcess>,
  folder: string,
  registries: string,
  command: string,
  options: RunOptions,
): Promise<Result> {
  const root = options.user === "root";
  const env: Record<string, string> = {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: root ? "/root" : HOME,
    USER: root ? "root" : USER,
    LANG: "C.UTF-8",
    npm_config_userconfig: join(REGISTRIES, "npmrc"),
    PIP_CONFIG_FILE: join(REGISTRIES, "pip.conf"),
    APT_CONFIG: join(REGISTRIES, "apt.conf"),
    ...(existsSync(join(registries, "ca.crt")) ? { NODE_EXTRA_CA_CERTS: join(REGISTRIES, "ca.crt") } : {}),
    ...options.env,
  };
  const cwd = options.cwd ?? env.HOME!;
  // Not `exec`: bash stays as process 1 and collects what others leave.
  const script = `cd "$1" || exit 1\n${command}\nexit $?`;
  const child = spawn(
    "unshare",
    [
      ...["--mount", "--pid", "--fork", "--ipc", "--uts", "--propagation", "private"],
      ...["bash", "-c", ENTER, "enter", folder, registries, root ? "root:root" : `${USER}:${USER}`],
      ...["env", "--ignore-environment", ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
      ...["bash", "-c", script, "bash", cwd],
    ],
    { stdio: ["ignore", "pipe", "pipe"], cwd: "/" },
  );
  running.add(child);
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
      options.onOutput?.(text);
    });
  return new Promise((resolve, reject) => {
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => end(child), options.timeoutMs);
    child.once("error", reject);
    child.once("close", code => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code, ...texts });
    });
  });
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      packages: { type: "string", default: "python3,python3-venv" },
      node: { type: "string" },
      suite: { type: "string" },
      user: { type: "string", default: USER },
      "no-checkout": { type: "boolean", default: false },
    },
  });
  const why = reasonAgainst();
  if (why) throw new Error(`clean-root: ${why}`);
  if (positionals.length !== 1)
    throw new Error(`clean-root: expected one line of bash after --, got ${positionals.length}`);
  if (values.user !== "root" && values.user !== USER)
    throw new Error(`clean-root: expected --user ${USER} or root, got ${values.user}`);
  const root = makeCleanRoot({
    packages: values.packages.split(",").filter(name => name !== ""),
    node: values.node,
    suite: values.suite,
    ...(values["no-checkout"] ? { checkout: false as const } : {}),
  });
  try {
    const { code } = await root.run(positionals[0]!, {
      user: values.user,
      onOutput: text => process.stdout.write(text),
    });
    return code ?? 1;
  } finally {
    root.dispose();
  }
}

if (require.main === module)
  main(process.argv.slice(2)).then(
    code => {
      process.exitCode = code;
    },
    (error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    },
  );
