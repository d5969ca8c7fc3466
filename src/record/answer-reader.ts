/** Looks at an origin's answer as it passes: the head at once, and the beginning of a JSON or text body without coding. */
import type { ResponseBody, ResponseView } from "../../dsl/index.ts";
import { bodyField, mediaType } from "../describe/body-fields.ts";
import { parseJson } from "../describe/json-document.ts";
import type { ResponseWatcher } from "../perform/forward.ts";
import type { ResponseHead } from "../perform/response-head.ts";

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
      return (
        setting &&
        setting.value
          .slice(setting.value.indexOf("=") + 1)
          .split(";", 1)[0]!
          .trim()
      );
    },
  };
}

/** Collects the beginning of a body; `read` gets the whole view once, as soon as enough has passed. */
export class AnswerReader implements ResponseWatcher {
  readonly #head: ResponseHead;
  readonly #read: (view: ResponseView) => void;
  readonly #kind: "json" | "text" | undefined;
  readonly #parts: Buffer[] = [];
  readonly #awaited: number;
  #length = 0;
  #isOver = false;

  constructor(head: ResponseHead, read: (view: ResponseView) => void) {
    this.#head = head;
    this.#read = read;
    this.#kind = kindOf(head);
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
    const isWhole = this.#length <= answerBodyLimit;
    const text = Buffer.concat(this.#parts).toString("utf8");
    const root = this.#kind === "json" && isWhole ? parseJson(text) : undefined;
    if (!root) return { ...unreadable, text };
    return { isReadable: true, text, field: (path) => bodyField({ kind: "json", root }, path) };
  }
}

function kindOf({ lines }: ResponseHead): "json" | "text" | undefined {
  const valueOf = (name: string) => lines.find((line) => line.lowerName === name)?.value;
  const coding = valueOf("content-encoding");
  if (coding !== undefined && coding.toLowerCase() !== "identity") return undefined;
  const type = mediaType(valueOf("content-type") ?? "");
  if (/^(?:application|text)\/(?:[\w.-]+\+)?json$/.test(type)) return "json";
  return type.startsWith("text/") || /^application\/(?:[\w.-]+\+)?xml$/.test(type) ? "text" : undefined;
}

function cookieName(value: string): string {
  const equals = value.indexOf("=");
  return equals < 0 ? "" : value.slice(0, equals).trim();
}
