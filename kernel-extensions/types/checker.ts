/**
 * Types for cells: checks, completion, hover and signatures, asked of the language server about the document of all cells.
 * A server that dies is started again and told everything anew; until it answers, cells run unchecked, with a warning.
 */
import { pathToFileURL } from "node:url";
import { CellDocument, type Layout, type Position, type Retirement } from "./cell-document";
import { type Diagnostic, diagnosticOf, isAboutName, isAboutPlace, type LspDiagnostic } from "./diagnostics";
import { earlierName } from "./earlier-cells";
import { converse, converseFurther, documentsOf, type Greeted, greet, uriIn } from "./greeting";
import { findLanguageServer } from "./language-server";
import { LanguageServerGone, type LspClient } from "./lsp-client";
import { describeProject, documentName, type Project } from "./project";
import { startServer } from "./server-process";
import { type FileChange, SourceWatch } from "./watch";

export interface CheckerOptions {
  directory: string;
  ambientTypes: string;
  retirement?: Retirement;
  /** A server that another thread has started and greeted, in the same folder. */
  greeted?: Promise<Greeted | undefined>;
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
  private stops = 0;
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
    if (this.ready) return this.ready;
    const ready: Promise<void> = this.open().catch(error => {
      if (this.ready === ready) this.ready = undefined;
      throw error;
    });
    this.ready = ready;
    return ready;
  }

  stop(): void {
    this.stops += 1;
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
    return uriIn(this.options.directory, name);
  }

  private async open(): Promise<void> {
    const { directory, greeted: expected } = this.options;
    const { stops } = this;
    delete this.options.greeted;
    const greeted = await expected;
    if (stops !== this.stops) {
      if (greeted) process.kill(greeted.process.pid);
      throw new LanguageServerGone("the TypeScript language server was stopped while it started");
    }
    const onExit = (reason: string) => this.lost(client, reason);
    const begun = greeted ? undefined : converse(startServer(findLanguageServer(), directory), onExit);
    const client: LspClient = greeted ? converseFurther(greeted, onExit) : begun!.client;
    this.client = client;
    const documents = greeted?.documents ?? documentsOf(this.document.layout(""));
    if (begun) await greet(begun, { directory, project: this.project, documents });
    for (const [name, text] of documents) this.shown.set(name, text);
    this.version = Math.max(this.version, 1);
    // Has the libraries read; a cell that waits already has them read just as well.
    if (begun && this.waiting === 0)
      await client.request("textDocument/diagnostic", { textDocument: { uri: this.uri } });
  }

  private show(layout: Layout): void {
    for (const [name, text] of documentsOf(layout)) this.showDocument(name, text);
  }

  private showDocument(name: string, text: string): void {
    if (text === this.shown.get(name)) return;
    this.version += 1;
    const textDocument = { uri: this.uriOf(name), version: this.version };
    this.client?.notify("textDocument/didChange", { textDocument, contentChanges: [{ text }] });
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
