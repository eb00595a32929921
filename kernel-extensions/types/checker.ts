/**
 * Types for cells: checks, completion, hover and signatures, asked of the language server about the document of all cells.
 * A server that dies is started again and told everything anew; until it answers, cells run unchecked, with a warning.
 */
import { pathToFileURL } from "node:url";
import { CellDocument, type Layout, type Position } from "./cell-document";
import { type Diagnostic, diagnosticOf, isAboutPlace, type LspDiagnostic } from "./diagnostics";
import { LanguageServerGone, type LspClient, startLanguageServer } from "./lsp-client";
import { configName, describeProject, documentName, type Project } from "./project";

export interface CheckerOptions {
  command: string;
  directory: string;
  ambientTypes: string;
  log(message: string): void;
}

export class Checker {
  readonly document = new CellDocument();
  project: Project;
  private client: LspClient | undefined;
  private ready: Promise<void> | undefined;
  private version = 0;
  private shown: string | undefined;
  private restarts: number[] = [];

  constructor(private readonly options: CheckerOptions) {
    this.project = describeProject(options.directory, options.ambientTypes);
  }

  get serverPid(): number | undefined {
    return this.client?.pid;
  }

  /** Starts the server and has it read the libraries, so that the first cell need not wait for that. */
  start(): Promise<void> {
    this.ready ??= this.open().catch(error => {
      this.ready = undefined;
      throw error;
    });
    return this.ready;
  }

  stop(): void {
    this.client?.stop();
    this.client = undefined;
    this.ready = undefined;
    this.shown = undefined;
  }

  /** Moves the document to another folder, whose configuration and packages it then sees. */
  changeDirectory(directory: string): void {
    this.options.directory = directory;
    this.project = describeProject(directory, this.options.ambientTypes);
    this.stop();
  }

  /** The errors in a cell; throws LanguageServerGone when there is no server to ask. */
  async check(cell: string): Promise<Diagnostic[]> {
    await this.start();
    const layout = this.document.layout(cell);
    this.show(layout.text);
    const report = await this.ask<{ items?: LspDiagnostic[] }>("textDocument/diagnostic", {
      textDocument: { uri: this.uri },
    });
    return (report.items ?? [])
      .filter(item => (item.severity ?? 1) === 1 && !isAboutPlace(item))
      .flatMap(item => diagnosticOf(item, layout) ?? []);
  }

  /** Asks about a position of a cell that has not run. */
  async at<T>(
    method: string,
    cell: string,
    position: Position,
    extra: Record<string, unknown> = {},
  ): Promise<{ answer: T; layout: Layout }> {
    await this.start();
    const layout = this.document.layout(cell);
    this.show(layout.text);
    const params = { textDocument: { uri: this.uri }, position: layout.toDocument(position), ...extra };
    return { answer: await this.ask<T>(method, params), layout };
  }

  /** Tells the server that files on disk have changed or come to be, such as a package that was installed. */
  filesChanged(paths: readonly { path: string; kind: "created" | "changed" | "deleted" }[]): void {
    const kinds = { created: 1, changed: 2, deleted: 3 };
    const changes = paths.map(({ path, kind }) => ({ uri: pathToFileURL(path).href, type: kinds[kind] }));
    if (changes.length > 0) this.client?.notify("workspace/didChangeWatchedFiles", { changes });
  }

  ask<T>(method: string, params: unknown): Promise<T> {
    if (!this.client) return Promise.reject(new LanguageServerGone("the TypeScript language server is not running"));
    return this.client.request<T>(method, params);
  }

  private get uri(): string {
    return `${pathToFileURL(this.options.directory).href}/${documentName}`;
  }

  private async open(): Promise<void> {
    const { directory, command } = this.options;
    const client = startLanguageServer({
      command,
      args: ["--lsp", "--stdio"],
      cwd: directory,
      // A smaller heap between collections: the server's default lets it grow to twice what it holds.
      env: { GOGC: "60", ...process.env },
      onRequest: answerServer,
      onExit: reason => this.lost(client, reason),
    });
    this.client = client;
    const root = pathToFileURL(directory).href;
    await client.request("initialize", {
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
    });
    client.notify("initialized", {});
    const config = { uri: `${root}/${configName}`, languageId: "json", version: 1, text: this.project.configText };
    client.notify("textDocument/didOpen", { textDocument: config });
    this.show(this.document.layout("").text);
    await client.request("textDocument/diagnostic", { textDocument: { uri: this.uri } });
  }

  private show(text: string): void {
    if (text === this.shown) return;
    this.version += 1;
    if (this.shown === undefined) {
      const textDocument = { uri: this.uri, languageId: "typescript", version: this.version, text };
      this.client?.notify("textDocument/didOpen", { textDocument });
    } else {
      const textDocument = { uri: this.uri, version: this.version };
      this.client?.notify("textDocument/didChange", { textDocument, contentChanges: [{ text }] });
    }
    this.shown = text;
  }

  private lost(client: LspClient, reason: string): void {
    if (this.client !== client) return;
    this.stop();
    const now = Date.now();
    this.restarts = [...this.restarts.filter(at => now - at < 60_000), now];
    // A server that cannot live is not started for ever: three times a minute, then at the next cell again.
    this.options.log(reason);
    if (this.restarts.length <= 3) this.start().catch(error => this.options.log(String(error)));
  }
}

function answerServer(method: string, params: unknown): unknown {
  if (method !== "workspace/configuration") return null;
  const items = (params as { items?: { section?: string }[] }).items ?? [];
  const preferences = { customConfigFileName: configName };
  return items.map(({ section }) => (section === "js/ts" || section === "typescript" ? preferences : null));
}
