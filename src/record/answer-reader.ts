/** Looks at an origin's answer as it passes: the head at once, and the beginning of a JSON or text body, its coding undone. */
import type { ResponseBody, ResponseView } from "../../dsl/index.ts";
import { bodyField, mediaType } from "../describe/body-fields.ts";
import { parseJson } from "../describe/json-document.ts";
import type { AnswerCoding } from "../perform/answer-template.ts";
import type { ResponseWatcher } from "../perform/forward.ts";
import type { ResponseHead } from "../perform/response-head.ts";
import { codingOf } from "./decoded-body.ts";
import { decodedPrefix } from "./decoded-prefix.ts";

/** Bytes of a body that are looked at. */
const answerBodyLimit = 16_384;

const unreadable: ResponseBody = { isReadable: false, field: () => undefined, text: undefined };

/** The view of a head alone. */
export function viewOfHead({ status, lines }: ResponseHead): ResponseView {
  return {
    status,
    header: (lowerName) => lines.find((line) => line.lowerName === lowerName)?.value,
    // RFC 6265 §5.2: up to the first semicolon; of two cookies of one name the later one stays.
    cookie: (name) => {
      const setting = lines.findLast(
        (line) => line.lowerName === "set-cookie" && cookieName(line.value) === name,
      );
      if (!setting || isOver(setting.value)) return undefined;
      return setting.value
        .slice(setting.value.indexOf("=") + 1)
        .split(";", 1)[0]!
        .trim();
    },
  };
}

// RFC 6265 §5.2.1, §5.2.2: such a field takes a cookie away, and sets none.
function isOver(field: string): boolean {
  const maxAge = /;\s*max-age=\s*(-?\d+)/i.exec(field)?.[1];
  if (maxAge !== undefined) return Number(maxAge) <= 0;
  const expires = /;\s*expires=([^;]+)/i.exec(field)?.[1];
  return expires !== undefined && Date.parse(expires) <= Date.now();
}

/** Collects the beginning of a body; `read` gets the whole view once, as soon as enough has passed. */
export class AnswerReader implements ResponseWatcher {
  readonly #head: ResponseHead;
  readonly #read: (view: ResponseView) => void;
  readonly #kind: "json" | "text" | undefined;
  readonly #coding: AnswerCoding | undefined;
  readonly #parts: Buffer[] = [];
  readonly #awaited: number;
  #length = 0;
  #isOver = false;

  constructor(head: ResponseHead, read: (view: ResponseView) => void) {
    this.#head = head;
    this.#read = read;
    const coding = codingOf(valueIn(head, "content-encoding"));
    this.#kind = coding === false ? undefined : kindOf(head);
    this.#coding = coding || undefined;
    const { framing } = head;
    const bytes =
      framing.kind === "length" ? framing.bytes : framing.kind === "none" ? 0 : answerBodyLimit + 1;
    this.#awaited = Math.min(bytes, answerBodyLimit + 1);
    if (!this.#kind || this.#awaited === 0) this.end();
  }

  data(bytes: Buffer, from: number, to: number): void {
    if (this.#isOver) return;
    const end = Math.min(to, from + this.#awaited - this.#length);
    this.#parts.push(Buffer.from(bytes.subarray(from, end)));
    this.#length += end - from;
    if (this.#length >= this.#awaited) this.end();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#read({ ...viewOfHead(this.#head), body: this.#body() });
    this.#parts.length = 0;
  }

  #body(): ResponseBody {
    if (!this.#kind || this.#length === 0) return unreadable;
    const sent = Buffer.concat(this.#parts);
    const plain = this.#coding ? decodedPrefix(sent, this.#coding) : sent;
    if (!plain || plain.length === 0) return unreadable;
    const isWhole = this.#length <= answerBodyLimit && plain.length <= answerBodyLimit;
    const text = plain.toString("utf8", 0, Math.min(plain.length, answerBodyLimit + 1));
    const root = this.#kind === "json" && isWhole ? parseJson(text) : undefined;
    if (!root) return { ...unreadable, text };
    return { isReadable: true, text, field: (path) => bodyField({ kind: "json", root }, path) };
  }
}

function valueIn({ lines }: ResponseHead, lowerName: string): string | undefined {
  return lines.find((line) => line.lowerName === lowerName)?.value;
}

function kindOf(head: ResponseHead): "json" | "text" | undefined {
  const type = mediaType(valueIn(head, "content-type") ?? "");
  if (/^(?:application|text)\/(?:[\w.-]+\+)?json$/.test(type)) return "json";
  return type.startsWith("text/") || /^application\/(?:[\w.-]+\+)?xml$/.test(type) ? "text" : undefined;
}

function cookieName(value: string): string {
  const equals = value.indexOf("=");
  return equals < 0 ? "" : value.slice(0, equals).trim();
}
