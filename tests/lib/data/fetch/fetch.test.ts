/** Downloads from a real server on this machine that breaks off, changes its mind, stalls, lies and goes away. */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogue, DataError, type Download, fetch } from "../../../../lib/data";
import { transfer } from "../../../../lib/data/fetch/transfer";

const content = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) >>> 5));
const sha256 = createHash("sha256").update(content).digest("hex");

let server: Server;
let folder: string;
let download: Download;
/** What the server does with a request, and the ranges it was asked for. */
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let ranges: (string | undefined)[];

/** Serves ranges like any file server; breaks the connection after `cut` bytes of the answer. */
function serve(body: Buffer, { tag = '"one"', cut = Number.POSITIVE_INFINITY } = {}): typeof answer {
  return (request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const partial = from > 0 && request.headers["if-range"] === tag;
    const rest = partial ? body.subarray(from) : body;
    response.writeHead(partial ? 206 : 200, { etag: tag, "content-length": rest.length });
    if (cut >= rest.length) response.end(rest);
    else response.write(rest.subarray(0, cut), () => setTimeout(() => response.destroy(), 30));
  };
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "ftt-fetch-"));
  ranges = [];
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/data.bin`;
  download = { title: "test", url, file: "data.bin", bytes: content.length, sha256, licence: "none" };
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const quiet = () => ({ folder, quiet: true, retries: 0 });

async function refusal(promise: Promise<unknown>): Promise<DataError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return error as DataError;
}

test("a file is downloaded once, checked, and then found in the cache", async () => {
  answer = serve(content);
  const path = await fetch(download, quiet());
  expect(path).toBe(join(folder, "data.bin"));
  expect(readFileSync(path).equals(content)).toBe(true);
  expect(await fetch(download, quiet())).toBe(path);
  expect(ranges).toEqual([undefined]);
  expect(readdirSync(folder)).toEqual(["data.bin"]);
});

test("a download that breaks goes on where it stopped, within one call", async () => {
  let requests = 0;
  answer = (request, response) => serve(content, ++requests < 3 ? { cut: 100_000 } : {})(request, response);
  const path = await fetch(download, { ...quiet(), retries: 1 });
  expect(readFileSync(path).equals(content)).toBe(true);
  expect(ranges).toEqual([undefined, "bytes=100000-", "bytes=200000-"]);
});

test("and in a later call; the name in the cache is taken only by a whole file", async () => {
  answer = serve(content, { cut: 120_000 });
  const error = await refusal(fetch(download, quiet()));
  expect(error.code).toBe("DATA_OFFLINE");
  expect(error.message).toContain("120000 of 300000 bytes are kept");
  expect(existsSync(join(folder, "data.bin"))).toBe(false);
  answer = serve(content);
  expect(readFileSync(await fetch(download, quiet())).equals(content)).toBe(true);
  expect(ranges[1]).toBe("bytes=120000-");
});

test("when the server has another version by now, it begins anew", async () => {
  answer = serve(Buffer.alloc(content.length, 1), { tag: '"old"', cut: 100_000 });
  await refusal(fetch(download, quiet()));
  answer = serve(content, { tag: '"new"' });
  expect(readFileSync(await fetch(download, quiet())).equals(content)).toBe(true);
});

test("when the server knows no ranges, it begins anew", async () => {
  answer = (_, response) => {
    response.writeHead(200, { etag: '"x"', "content-length": content.length });
    response.write(content.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 30));
  };
  await refusal(fetch(download, quiet()));
  answer = (_, response) => response.end(content);
  expect(readFileSync(await fetch(download, quiet())).equals(content)).toBe(true);
});

test("what has another checksum is thrown away and said so", async () => {
  answer = serve(Buffer.alloc(content.length, 7));
  const error = await refusal(fetch(download, quiet()));
  expect(error.code).toBe("DATA_DAMAGED");
  expect(error.message).toContain(`is not the published file: expected SHA-256 ${sha256}, got `);
  expect(readdirSync(folder).filter(file => !file.endsWith(".tag"))).toEqual([]);
});

test("a server that sends too much, or refuses, is not asked again", async () => {
  answer = serve(Buffer.concat([content, content]));
  expect((await refusal(fetch(download, { ...quiet(), retries: 3 }))).message).toContain(
    "expected 300000 bytes, the server sends more",
  );
  rmSync(join(folder, "data.bin.part"), { force: true });
  answer = (_, response) => response.writeHead(404).end();
  const error = await refusal(fetch(download, { ...quiet(), retries: 3 }));
  expect(error.message).toContain("answered 404 Not Found");
  expect(ranges.length).toBe(2);
});

test("without a network the error says what to do instead", async () => {
  const { url } = download;
  await new Promise(resolve => server.close(resolve));
  const error = await refusal(fetch(download, quiet()));
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  expect(error.code).toBe("DATA_OFFLINE");
  expect(error.message).toContain("ECONNREFUSED");
  expect(error.message).toContain(
    `fetch ${url} by other means and pass its path: data.fetch("data.bin", { file: "..." })`,
  );
});

test("a server that falls silent is given up on", async () => {
  answer = (_, response) => {
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, 1000));
  };
  const started = performance.now();
  await expect(
    transfer(download.url, join(folder, "silent.part"), content.length, { stallMilliseconds: 200 }),
  ).rejects.toThrow();
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(statSync(join(folder, "silent.part")).size).toBe(1000);
});

test("a download can be stopped, and goes on later", async () => {
  const stop = new AbortController();
  answer = (request, response) => {
    serve(content, { cut: 150_000 })(request, response);
    setTimeout(() => stop.abort(new Error("enough")), 20);
  };
  await expect(fetch(download, { folder, quiet: true, signal: stop.signal })).rejects.toThrow("enough");
  answer = serve(content);
  expect(readFileSync(await fetch(download, quiet())).equals(content)).toBe(true);
});

test("a file in the cache that was damaged since is fetched again", async () => {
  answer = serve(content);
  const path = await fetch(download, quiet());
  truncateSync(path, 10);
  expect(readFileSync(await fetch(download, quiet())).equals(content)).toBe(true);
});

test("a local file serves in place of a download, when it is the published one", async () => {
  const copy = join(folder, "copy");
  writeFileSync(copy, content);
  expect(await fetch(download, { file: copy })).toBe(copy);
  expect(ranges).toEqual([]);
  writeFileSync(copy, content.subarray(1));
  expect((await refusal(fetch(download, { file: copy }))).message).toContain("expected 300000 bytes, got 299999");
  expect((await refusal(fetch(download, { file: join(folder, "none") }))).code).toBe("DATA_MISSING");
});

test("the catalogue describes each download in full, and an unknown name lists them", async () => {
  for (const { url, bytes, sha256: checksum, licence } of Object.values(catalogue)) {
    expect(new URL(url).protocol).toBe("https:");
    expect(bytes).toBeGreaterThan(1e6);
    expect(checksum).toMatch(/^[0-9a-f]{64}$/);
    expect(licence.length).toBeGreaterThan(2);
  }
  const error = await refusal(fetch("imagenet" as "imdb"));
  expect(error.message).toBe(
    `no download "imagenet"; there are: tiny-shakespeare, cifar-10, imdb, clip-vocabulary, stable-diffusion-1.5`,
  );
});
