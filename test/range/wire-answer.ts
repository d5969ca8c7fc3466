/** Reads the answers on a client's connection: just enough of RFC 9112 for a shop behind a proxy. */

/** What a client of the range looks at. */
export interface WireAnswer {
  readonly status: number;
  readonly location: string | undefined;
  /** `name=value` of each Set-Cookie. */
  readonly cookies: readonly string[];
  readonly body: string;
  readonly closes: boolean;
}

/** Takes bytes and gives the one answer that is expected. */
export class AnswerParser {
  #text = "";
  #method = "GET";
  #give: ((answer: WireAnswer) => void) | undefined;

  expect(method: string, give: (answer: WireAnswer) => void): void {
    this.#method = method;
    this.#give = give;
  }

  push(chunk: Buffer): void {
    this.#text += chunk.toString("latin1");
    const headEnd = this.#text.indexOf("\r\n\r\n");
    if (headEnd < 0) return;
    const head = this.#text.slice(0, headEnd);
    const status = Number(head.slice(9, 12));
    const body = this.#bodyFrom(head, status, headEnd + 4);
    if (body === undefined) return;
    this.#text = "";
    const give = this.#give;
    this.#give = undefined;
    give?.({
      status,
      location: headerOf(head, "location"),
      cookies: [...head.matchAll(/^set-cookie: *([^;\r\n]+)/gim)].map(([, pair]) => pair ?? ""),
      body,
      closes: /^connection: *close/im.test(head),
    });
  }

  /** The whole body; undefined while some of it is missing. */
  #bodyFrom(head: string, status: number, start: number): string | undefined {
    if (this.#method === "HEAD" || status === 204 || status === 304) return "";
    if (/^transfer-encoding: *chunked/im.test(head)) {
      const rest = this.#text.slice(start);
      return rest.endsWith("\r\n0\r\n\r\n") || rest === "0\r\n\r\n" ? withoutChunks(rest) : undefined;
    }
    const length = Number(headerOf(head, "content-length") ?? 0);
    return this.#text.length >= start + length ? this.#text.slice(start, start + length) : undefined;
  }
}

function headerOf(head: string, name: string): string | undefined {
  return new RegExp(`^${name}: *(.*?)\r?$`, "im").exec(head)?.[1];
}

function withoutChunks(text: string): string {
  let body = "";
  for (let at = 0; ; ) {
    const lineEnd = text.indexOf("\r\n", at);
    const size = Number.parseInt(text.slice(at, lineEnd), 16);
    if (lineEnd < 0 || !(size > 0)) return body;
    body += text.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + size + 4;
  }
}
