/** Percent-decoding over bytes: header text holds one byte a character, and what comes out is UTF-8. */

/** Decodes `%XX` once, and "+" to a space where asked (forms); a malformed escape stays as it is and is reported. */
export function decodePercent(text: string, plusIsSpace: boolean): { bytes: string; isMalformed: boolean } {
  let bytes = "";
  let isMalformed = false;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x2b && plusIsSpace) {
      bytes += `${text.slice(start, index)} `;
      start = index + 1;
    } else if (code === 0x25) {
      const value = hexDigit(text.charCodeAt(index + 1)) * 16 + hexDigit(text.charCodeAt(index + 2));
      if (Number.isNaN(value)) {
        isMalformed = true;
        continue;
      }
      bytes += text.slice(start, index) + String.fromCharCode(value);
      index += 2;
      start = index + 1;
    }
  }
  return { bytes: start === 0 ? text : bytes + text.slice(start), isMalformed };
}

/** Reads a string of bytes as UTF-8; invalid sequences become U+FFFD. Text that is no byte string is left alone. */
export function utf8Text(bytes: string): { text: string; isValid: boolean } {
  let highest = 0;
  for (let index = 0; index < bytes.length; index++) highest = Math.max(highest, bytes.charCodeAt(index));
  if (highest < 0x80 || highest > 0xff) return { text: bytes, isValid: highest < 0x80 };
  const buffer = Buffer.from(bytes, "latin1");
  const text = buffer.toString("utf8");
  return { text, isValid: Buffer.byteLength(text, "utf8") === buffer.length && !text.includes("\uFFFD") };
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : Number.NaN;
}
