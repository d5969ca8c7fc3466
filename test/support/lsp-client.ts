/** Speaks the Language Server Protocol with a process over its stdin and stdout, as an editor does. */
import { type ChildProcess, spawn } from "node:child_process";

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A diagnostic as the server sent it. */
export interface SentDiagnostic {
  readonly code: string;
  readonly message: string;
  readonly range: {
    readonly start: { line: number; character: number };
    readonly end: { line: number; character: number };
  };
}

const answerMs = 30_000;

/** An editor's side of a session. Messages are framed by hand, so that the test shares no code with the server. */
export class LspClient {
  readonly #child: ChildProcess;
  readonly exited: Promise<number | null>;
  #buffer = Buffer.alloc(0);
  #lastId = 0;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #published = new Map<string, readonly SentDiagnostic[]>();
  #onPublished: (() => void)[] = [];
  stderr = "";

  constructor(command: readonly string[]) {
    const [program = "", ...args] = command;
    this.#child = spawn(program, args, { stdio: "pipe" });
    this.exited = new Promise((resolve) => this.#child.on("exit", resolve));
    this.#child.stdout?.on("data", (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      this.#read();
    });
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
  }

  /** Ends the process if it has not ended by itself. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Closes the server's input, as an editor that crashed does. */
  hangUp(): void {
    this.#child.stdin?.end();
  }

  notify(method: string, params: unknown): void {
    this.#write({ method, params });
  }

  /** The server's answer; rejects with its error, or after 30 s. */
  async request<T>(method: string, params: unknown): Promise<T> {
    const id = ++this.#lastId;
    const answered = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.#write({ id, method, params });
    const ended = this.exited.then((code): Message => {
      return { error: { message: `the server ended with ${code}: ${this.stderr}` } };
    });
    const { result, error } = await within(Promise.race([answered, ended]), method);
    if (error) throw new Error(error.message);
    return result as T;
  }

  /** The diagnostics of a document once they are as wanted; rejects after 30 s. */
  async diagnostics(
    uri: string,
    isWanted: (found: readonly SentDiagnostic[]) => boolean,
  ): Promise<readonly SentDiagnostic[]> {
    const arrived = async (): Promise<readonly SentDiagnostic[]> => {
      for (;;) {
        const found = this.#published.get(uri);
        if (found && isWanted(found)) return found;
        await new Promise<void>((resolve) => this.#onPublished.push(resolve));
      }
    };
    return await within(arrived(), `diagnostics of ${uri}, last ${JSON.stringify(this.#published.get(uri))}`);
  }

  #write(message: object): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
    this.#child.stdin?.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#child.stdin?.write(body);
  }

  #read(): void {
    for (;;) {
      const end = this.#buffer.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.subarray(0, end).toString())?.[1]);
      if (this.#buffer.length < end + 4 + length) return;
      const message = JSON.parse(this.#buffer.subarray(end + 4, end + 4 + length).toString()) as Message;
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#take(message);
    }
  }

  #take(message: Message): void {
    if (message.method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = message.params as { uri: string; diagnostics: SentDiagnostic[] };
      this.#published.set(uri, diagnostics);
      for (const heard of this.#onPublished.splice(0)) heard();
    } else if (message.id !== undefined && message.method === undefined) {
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    }
  }
}

async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within 30 s: ${what}`)), answerMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
