// What a single-user server asks of its JupyterHub, answered as the Hub's REST API documents it: one user, who owns one token. It stands in for
// the Hub, so that what is tested is the image's side: that it starts as told, below its prefix, and lets nobody in but that user.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Hub {
  /** Variables that a Hub's spawner sets, for a server on this port. */
  environment(port: number): Record<string, string>;
  prefix: string;
  token: string;
  /** Requests that came, as "METHOD /path". */
  requests: string[];
  close(): void;
}

export async function startHub(user: string, token: string): Promise<Hub> {
  const requests: string[] = [];
  const prefix = `/user/${user}/`;
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://hub").pathname;
    requests.push(`${request.method} ${path}`);
    const send = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const known = request.headers.authorization === `token ${token}`;
    if (path === "/hub/api" || path === "/hub/api/") send(200, { version: "6.1.1" });
    else if (!known) send(403, { status: 403, message: "Forbidden" });
    else if (path === "/hub/api/user")
      send(200, {
        kind: "user",
        name: user,
        admin: false,
        groups: [],
        scopes: [`access:servers!server=${user}/`, `read:users!user=${user}`],
        session_id: null,
      });
    else if (path === `/hub/api/users/${user}/activity`) send(200, {});
    else send(404, { status: 404, message: "Not Found" });
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port: hubPort } = server.address() as AddressInfo;
  const api = `http://127.0.0.1:${hubPort}/hub/api`;
  return {
    prefix,
    token,
    requests,
    environment: port => ({
      JUPYTERHUB_API_TOKEN: token,
      JUPYTERHUB_API_URL: api,
      JUPYTERHUB_ACTIVITY_URL: `${api}/users/${user}/activity`,
      JUPYTERHUB_BASE_URL: "/",
      JUPYTERHUB_CLIENT_ID: `jupyterhub-user-${user}`,
      JUPYTERHUB_HOST: "",
      JUPYTERHUB_OAUTH_CALLBACK_URL: `${prefix}oauth_callback`,
      JUPYTERHUB_OAUTH_SCOPES: JSON.stringify([`access:servers!server=${user}/`, `access:servers!user=${user}`]),
      JUPYTERHUB_SERVER_NAME: "",
      JUPYTERHUB_SERVICE_PREFIX: prefix,
      JUPYTERHUB_SERVICE_URL: `http://127.0.0.1:${port}${prefix}`,
      JUPYTERHUB_USER: user,
    }),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
