/**
 * Types for cells: checks, completion, hover and signatures, asked of the language server about the document of all cells.
 * A server that dies is started again and told everything anew; until it answers, cells run unchecked, with a warning.
 */
import { pathToFileURL } from "node:url";
import { CellDocument, type Layout, type Position, type Retirement } from "./cell-document";
import { type Diagnostic, diagnosticOf, isAboutName, isAboutPlace, type LspDiagnostic } from "./diagnostics";
import { earlierName } from "./earlier-cells";
import { LanguageServerGone, type LspClient, startLanguageServer } from "./lsp-client";
import { configName, describeProject, documentName, type Project } from "./project";
import { type FileChange, SourceWatch } from "./watch";

export interface CheckerOptions {
  command: string;
  directory: string;
  ambientTypes: string;
  retirement?: Retirement;
  log(message: string): void;
}

/** How long a cell waits for a server that is being started again, and for an answer before the server counts as hung (ms). */
const restartPatience = 2000;
const answerPatience = 30_000;

export class Checker {
  readonly document: CellDocument;
  project: Project;
  private client: LspClient | undefined;
  private ready: Promise<void> | undefined;
  private readonly watch = new SourceWatch();
  private version = 0;
  /** Texts of the documents as the server knows them, by name. */
  private readonly shown = new Map<string, string>();
  private settling: Promise<unknown> = Promise.resolve();
  private crashes: number[] = [];
  /** Cells that wait for the server to be ready. */
  private waiting = 0;

  constructor(private readonly options: CheckerOptions) {
    this.document = new CellDocument(options.retirement);
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
    this.shown.clear();
    this.watch.clear();
  }

  /** Moves the document to another folder, whose configuration and packages it then sees. */
  changeDirectory(directory: string): void {
    this.options.directory = directory;
    this.project = describeProject(directory, this.options.ambientTypes);
    this.stop();
  }

  /** The errors in a cell; throws LanguageServerGone when there is no server to ask. */
  async check(cell: string): Promise<Diagnostic[]> {
    await this.whenReady();
    await this.settling;
    const layout = this.document.layout(cell);
    this.filesChanged(this.watch.changes(layout.imports, this.options.directory));
    const found = await this.errors(layout);
    // The compiler suggests what may have been meant by a name that it does not know, if it knows all that there is.
    return found.some(isAboutName) ? this.errors(this.document.layout(cell, true)) : found;
  }

  private async errors(layout: Layout): Promise<Diagnostic[]> {
    this.show(layout);
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
    await this.settling;
    const layout = this.document.layout(cell, true);
    this.show(layout);
    const params = { textDocument: { uri: this.uri }, position: layout.toDocument(position), ...extra };
    return { answer: await this.ask<T>(method, params), layout };
  }

  /**
   * Moves older cells out of the way of the next one, when nobody waits. The server takes over a single document that has
   * changed at little cost, two of them at that of a new project; so it is asked something in between.
   */
  settle(): void {
    this.document.retire();
    const layout = this.document.layout("");
    if (!this.client || this.shown.get(earlierName) === layout.earlier || !this.shown.has(earlierName)) return;
    this.showDocument(earlierName, layout.earlier);
    const params = { textDocument: { uri: this.uriOf(earlierName) }, position: { line: 0, character: 0 } };
    this.settling = this.ask("textDocument/hover", params).catch(() => {}); // whoever asks next learns that the server is gone
  }

  /** Tells the server that files on disk have changed or come to be, such as a package that was installed. */
  private filesChanged(paths: readonly FileChange[]): void {
    const kinds = { created: 1, changed: 2, deleted: 3 };
    const changes = paths.map(({ path, kind }) => ({ uri: pathToFileURL(path).href, type: kinds[kind] }));
    if (changes.length > 0) this.client?.notify("workspace/didChangeWatchedFiles", { changes });
  }

  private async ask<T>(method: string, params: unknown): Promise<T> {
    const { client } = this;
    if (!client) throw new LanguageServerGone("the TypeScript language server is not running");
    // A server that hangs is ended, which makes its exit known to all who wait.
    const timer = setTimeout(() => client.kill(), answerPatience);
    return client.request<T>(method, params).finally(() => clearTimeout(timer));
  }

  /** The first start is waited for, however long it takes; a start after a crash only for a moment. */
  private async whenReady(): Promise<void> {
    const starting = this.start();
    this.waiting += 1;
    const settled = () => {
      this.waiting -= 1;
    };
    starting.then(settled, settled);
    if (this.crashes.length === 0) return starting;
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new LanguageServerGone("the TypeScript language server is starting again")),
        restartPatience,
      );
    });
    await Promise.race([starting, tooLate]).finally(() => clearTimeout(timer));
  }

  private get uri(): string {
    return this.uriOf(documentName);
  }

  private uriOf(name: string): string {
    return `${pathToFileURL(this.options.directory).href}/${name}`;
  }

  private async open(): Promise<void> {
    const { directory, command } = this.options;
    let configured = () => {};
    const configuration = new Promise<void>(resolve => {
      configured = resolve;
    });
    const client = startLanguageServer({
      command,
      args: ["--lsp", "--stdio"],
      cwd: directory,
      // Few collections, below a soft limit: Go's defaults take 115 to 135 instead of 70 ms to the server's first answer, and
      // 112 instead of 61 ms for the types of tfjs.
      env: { GOGC: "400", GOMEMLIMIT: "260MiB", ...process.env },
      onRequest(method, params) {
        if (method === "workspace/configuration") setImmediate(configured);
        return answerServer(method, params);
      },
      onExit: reason => this.lost(client, reason),
    });
    this.client = client;
    const root = pathToFileURL(directory).href;
    await client.request("initialize", initialization(root));
    client.notify("initialized", {});
    await configuration;
    // The name of the configuration file counts from the first request after it was told.
    await client.request("workspace/symbol", { query: documentName });
    const config = { uri: `${root}/${configName}`, languageId: "json", version: 1, text: this.project.configText };
    client.notify("textDocument/didOpen", { textDocument: config });
    this.show(this.document.layout(""));
    // Has the libraries read; a cell that waits already has them read just as well.
    if (this.waiting === 0) await client.request("textDocument/diagnostic", { textDocument: { uri: this.uri } });
  }

  private show({ earlier, text }: Layout): void {
    this.showDocument(earlierName, earlier);
    this.showDocument(documentName, text);
  }

  private showDocument(name: string, text: string): void {
    const known = this.shown.get(name);
    if (text === known) return;
    this.version += 1;
    const textDocument = { uri: this.uriOf(name), version: this.version };
    if (known === undefined) {
      this.client?.notify("textDocument/didOpen", {
        textDocument: { ...textDocument, languageId: "typescript", text },
      });
    } else {
      this.client?.notify("textDocument/didChange", { textDocument, contentChanges: [{ text }] });
    }
    this.shown.set(name, text);
  }

  private lost(client: LspClient, reason: string): void {
    if (this.client !== client) return;
    this.stop();
    const now = Date.now();
    this.crashes = [...this.crashes.filter(at => now - at < 60_000), now];
    // A server that cannot live is not started for ever: three times a minute, then at the next cell again.
    this.options.log(reason);
    if (this.crashes.length <= 3) this.start().catch(error => this.options.log(String(error)));
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
