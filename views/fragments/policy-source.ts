/** Policy text with colours and line numbers. A reading aid, no parser: text that is no policy comes out plain. */
import { html, type SafeHtml } from "@remix-run/html-template";

const keywords = new Set(
  "app tags hosts origin route identify outcome unidentified when and list from refresh max fingerprint match measure count distinct share new gap over by at least remember for sequence within then response like status header headers json body latency policy on tagged everything mode enforce shadow priority rollout unless all any none owner reason expires until in is present missing starts ends contains matches known differs".split(
    " ",
  ),
);
const effects = new Set("allow block deceive label mark ratelimit tarpit hold alert webhook".split(" "));
const declarations = new Set(
  "app list fingerprint measure response policy remember sequence channel webhook test".split(" "),
);

const token =
  /(?<comment>#.*)|(?<string>"(?:[^"\\]|\\.)*"?)|(?<regex>\/(?:[^/\\\s]|\\.)+\/)|(?<number>[+-]?\d[\d.:/a-fA-F]*(?:%|ms|s|m|h|d)?\b%?)|(?<word>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)|(?<mark>[{}()[\],=<>!|:+*-]+)/g;

/** How a source is shown. */
export interface SourceOptions {
  /** The number of the text's first line. */
  readonly firstLine: number;
  /** Before the line's number in a link to it; `#L` for the page itself. */
  readonly lineHref: string;
  /** Lines to mark as wrong. */
  readonly wrongLines?: ReadonlySet<number>;
}

/** The highlighted text, one element a line with the id `L` and its number. */
export function policySource(text: string, options: SourceOptions): SafeHtml {
  const lines = text.replace(/\n$/, "").split("\n");
  return html`<div class="source" tabindex="0" role="region" aria-label="Source">${lines.map(
    (line, index) => {
      const number = options.firstLine + index;
      const wrong = options.wrongLines?.has(number) === true ? " wrong" : "";
      return html`<div class="line${wrong}" id="L${number}"><a href="${options.lineHref}${number}" tabindex="-1">${number}</a><span>${highlightLine(line)}</span></div>`;
    },
  )}</div>`;
}

/** One line as coloured spans. */
export function highlightLine(line: string): SafeHtml[] {
  const parts: SafeHtml[] = [];
  let at = 0;
  let previous = "";
  for (const match of line.matchAll(token)) {
    if (match.index > at) parts.push(html`${line.slice(at, match.index)}`);
    const kind = kindOf(match.groups ?? {}, previous);
    parts.push(kind === undefined ? html`${match[0]}` : html`<span class="tok-${kind}">${match[0]}</span>`);
    at = match.index + match[0].length;
    previous = match[0];
  }
  parts.push(html`${line.slice(at)}`);
  return parts;
}

function kindOf(groups: Record<string, string | undefined>, previous: string): string | undefined {
  if (groups["comment"] !== undefined) return "comment";
  if (groups["string"] !== undefined || groups["regex"] !== undefined) return "string";
  if (groups["number"] !== undefined) return "number";
  if (groups["mark"] !== undefined) return "mark";
  const word = groups["word"] ?? "";
  if (declarations.has(previous)) return "name";
  if (effects.has(word)) return "effect";
  if (keywords.has(word)) return "keyword";
  return word.includes(".") ? "field" : undefined;
}
