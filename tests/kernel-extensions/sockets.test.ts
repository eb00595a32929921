import { createServer, type Server } from "node:net";
import type { Connection } from "../../kernel-extensions/wire/connection";
import { openSockets } from "../../kernel-extensions/wire/sockets";

/** Listens on a port of the system's choice. */
async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as { port: number }).port };
}

const close = (server: Server) => new Promise(resolve => server.close(resolve));

/** A connection file's worth of endpoints: all but the shell's of ZeroMQ's own choice. */
function connection(shell: number): Connection {
  const free = "tcp://127.0.0.1:*";
  const endpoints = { shell: `tcp://127.0.0.1:${shell}`, control: free, stdin: free, iopub: free, hb: free };
  return { key: "", signatureScheme: "hmac-sha256", endpoints };
}

const handlers = { onMessage() {}, onDropped() {} };

describe("the sockets of a kernel", () => {
  test("wait for a port that another connection has for a moment", async () => {
    const { server, port } = await listen();
    let isFree = false;
    const opening = openSockets(connection(port), handlers).then(sockets => {
      expect(isFree).toBe(true);
      return sockets;
    });
    await new Promise(resolve => setImmediate(resolve));
    isFree = true;
    await close(server);
    (await opening).close();
  });

  test("say which port is taken when it stays so", async () => {
    const { server, port } = await listen();
    await expect(openSockets(connection(port), handlers)).rejects.toThrow(
      `shell: expected tcp://127.0.0.1:${port} to be free to listen on`,
    );
    await close(server);
  });
});
