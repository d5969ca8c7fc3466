/** Texts: from their quoted form to what they mean. */
import type { Report } from "./report.ts";
import { quoted, type Span } from "./source-file.ts";

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  '"': '"',
  "\\": "\\",
  "/": "/",
};

/** The meaning of a text token, quotes removed; unknown escapes are reported and kept as written. */
export function unquote(image: string, span: Span, report: Report): string {
  if (!image.includes("\\")) return image.slice(1, -1);
  let text = "";
  for (let at = 1; at < image.length - 1; at++) {
    const char = image[at] ?? "";
    if (char !== "\\") {
      text += char;
      continue;
    }
    at++;
    const escape = image[at] ?? "";
    const unicode = escape === "u" ? /^u\{([0-9a-fA-F]{1,6})\}/.exec(image.slice(at, at + 9)) : null;
    const code = Number.parseInt(unicode?.[1] ?? "", 16);
    if (unicode && code <= 0x10ffff) {
      text += String.fromCodePoint(code);
      at += unicode[0].length - 1;
    } else if (escape in escapes) text += escapes[escape];
    else {
      const place = { file: span.file, start: span.start + at - 1, end: span.start + at + 1 };
      const help = 'texts know `\\"`, `\\\\`, `\\n`, `\\r`, `\\t` and `\\u{1F600}`';
      report.add("P006", place, `unknown escape ${quoted(`\\${escape}`)}`, { help });
      text += `\\${escape}`;
    }
  }
  return text;
}
