/**
 * How a conversation with the language server begins, up to where it reads the libraries. It is held by whichever thread starts
 * the server; see server-process.ts.
 */
import { pathToFileURL } from "node:url";
import { CellDocument, type Layout } from "./cell-document";
import { earlierName } from "./earlier-cells";
import { findLanguageServer } from "./language-server";
import { type Conversation, connectTo, type LspClient, type LspOptions } from "./lsp-client";
import { configName, describeProject, documentName, type Project } from "./project";
import { adoptServer, type HandedProcess, type ServerProcess, startServer } from "./server-process";

/** A server that has been greeted and told of an empty notebook. */
export interface Greeted {
  process: HandedProcess;
  conversation: Conversation;
  documents: Map<string, string>;
}

/** A server that does not even greet is not waited for (ms). */
const patience = 5000;

export function uriIn(directory: string, name: string): string {
  return `${pathToFileURL(directory).href}/${name}`;
}

/** The documents of a notebook, by name. */
export function documentsOf({ earlier, text }: Layout): Map<string, string> {
  return new Map([
    [earlierName, earlier],
    [documentName, text],
  ]);
}

/** Begins a conversation; `configured` resolves when the server has asked for its configuration. */
export function converse(
  server: ServerProcess,
  onExit: LspOptions["onExit"],
): { client: LspClient; configured: Promise<void> } {
  let settle = () => {};
  const configured = new Promise<void>(resolve => {
    settle = resolve;
  });
  const onRequest: LspOptions["onRequest"] = (method, params) => {
    if (method === "workspace/configuration") setImmediate(settle);
    return answerServer(method, params);
  };
  return { client: connectTo(server, { onRequest, onExit }), configured };
}

/** Goes on with a conversation that began in another thread. */
export function converseFurther({ process, conversation }: Greeted, onExit: LspOptions["onExit"]): LspClient {
  return connectTo(adoptServer(process), { onRequest: answerServer, onExit }, conversation);
}

export interface Notebook {
  directory: string;
  project: Project;
  documents: ReadonlyMap<string, string>;
}

/** Says how the notebook is to be checked, and opens its documents. */
export async function greet(
  { client, configured }: ReturnType<typeof converse>,
  { directory, project, documents }: Notebook,
): Promise<void> {
  await client.request("initialize", initialization(pathToFileURL(directory).href));
  client.notify("initialized", {});
  await configured;
  // The name of the configuration file counts from the first request after it was told.
  await client.request("workspace/symbol", { query: documentName });
  const config = { uri: uriIn(directory, configName), languageId: "json", version: 1, text: project.configText };
  client.notify("textDocument/didOpen", { textDocument: config });
  for (const [name, text] of documents) {
    const textDocument = { uri: uriIn(directory, name), languageId: "typescript", version: 1, text };
    client.notify("textDocument/didOpen", { textDocument });
  }
}

/** Starts a server in this thread, for another to go on with; undefined when the other had better start one itself. */
export async function greetEarly(directory: string, ambientTypes: string): Promise<Greeted | undefined> {
  const server = startServer(findLanguageServer(), directory);
  const documents = documentsOf(new CellDocument().layout(""));
  const project = describeProject(directory, ambientTypes);
  const conversation = converse(server, () => {});
  const { client } = conversation;
  const timer = setTimeout(() => client.kill(), patience);
  try {
    await greet(conversation, { directory, project, documents });
    // Has the libraries read; nobody waits for the answer.
    const textDocument = { uri: uriIn(directory, documentName) };
    client.request("textDocument/diagnostic", { textDocument }).catch(() => {});
    if (server.input.writableLength > 0) await new Promise(resolve => server.input.once("drain", resolve));
    const said = client.leave();
    const process = server.handOver();
    if (process) return { process, conversation: said, documents };
    server.kill();
    return undefined;
  } catch {
    return undefined; // the server is gone, and the next one will say why
  } finally {
    clearTimeout(timer);
  }
}

function initialization(root: string): Record<string, unknown> {
  return {
    processId: process.pid,
    rootUri: root,
    workspaceFolders: [{ uri: root, name: "notebook" }],
    initializationOptions: { disablePushDiagnostics: true },
    capabilities: {
      workspace: { configuration: true, didChangeWatchedFiles: { dynamicRegistration: true } },
      textDocument: {
        diagnostic: {},
        completion: { completionItem: { snippetSupport: false, documentationFormat: ["markdown"] } },
        hover: { contentFormat: ["markdown"] },
        signatureHelp: { signatureInformation: { documentationFormat: ["markdown"] } },
      },
    },
  };
}

function answerServer(method: string, params: unknown): unknown {
  if (method !== "workspace/configuration") return null;
  const items = (params as { items?: { section?: string }[] }).items ?? [];
  const preferences = {
    customConfigFileName: configName,
    // A completion that would have to add an import is of no use to Jupyter, and looking for those doubles the server's work.
    suggest: { autoImports: false },
    disableAutomaticTypeAcquisition: true,
  };
  return items.map(({ section }) => (section === "js/ts" || section === "typescript" ? preferences : null));
}
