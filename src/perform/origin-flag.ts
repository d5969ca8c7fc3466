/** The origin of the command line: the words of an app's `origin` line, without quotes. */
import { resolve } from "node:path";
import { AppError } from "../app-error.ts";
import { parseOrigin } from "./origin-address.ts";
import type { OriginOptions } from "./origin-credentials.ts";

const form =
  "--origin wants http://HOST:PORT, https://HOST or unix:/PATH, and for https `ca FILE`, `sni NAME`, " +
  "`certificate FILE key FILE` or `insecure` behind it";

/** An origin without options. */
export function plainOrigin(url: string): OriginOptions {
  return {
    url,
    weight: 1,
    ca: undefined,
    sni: undefined,
    certificate: undefined,
    key: undefined,
    isInsecure: false,
  };
}

/** Parses "https://10.0.4.10:8443 ca certs/ca.pem sni bank.internal"; throws AppError `bad_option`. */
export function parseOriginFlag(text: string): OriginOptions {
  const [url = "", ...words] = text.trim().split(/\s+/);
  if (!parseOrigin(url)) throw new AppError("bad_option", `${form}; not \`${text}\``);
  if (words.length > 0 && !url.startsWith("https:")) {
    throw new AppError("bad_option", `${form}; \`${url}\` has no certificate`);
  }
  const given = new Map<string, string>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "insecure") given.set(word, "");
    else if (/^(?:ca|sni|certificate|key)$/.test(word) && words[at + 1] !== undefined)
      given.set(word, word === "sni" ? (words[++at] ?? "") : resolve(words[++at] ?? ""));
    else throw new AppError("bad_option", `${form}; not \`${word}\``);
  }
  const key = given.get("key");
  if (given.has("certificate") !== (key !== undefined))
    throw new AppError("bad_option", `${form}; a certificate and its key come together`);
  if (given.has("insecure") && given.has("ca"))
    throw new AppError("bad_option", `${form}; \`insecure\` asks for no verification, \`ca\` for one`);
  return {
    ...plainOrigin(url),
    ca: given.get("ca"),
    sni: given.get("sni")?.toLowerCase(),
    certificate: given.get("certificate"),
    key: key === undefined ? undefined : { from: "file", name: key },
    isInsecure: given.has("insecure"),
  };
}
