/** How one HTTP reader understood one request, in a form that two readers can be compared by. */
import { createHash } from "node:crypto";

/** A request as read, or why the reader gave up. */
export type HttpReading =
  | {
      readonly method: string;
      readonly target: string;
      readonly host: string;
      readonly body: string;
      /** It offered another protocol, so the bytes after it may be read as that. */
      readonly upgrades?: boolean;
    }
  | { readonly error: string };

/** Stands for a body: its length and the start of its SHA-1. */
export function bodyMark(body: Uint8Array): string {
  return `${body.length}:${createHash("sha1").update(body).digest("hex").slice(0, 12)}`;
}

/** An absolute-form target in origin-form, as RFC 9112 §3.2.2 has it forwarded. */
export function originForm(method: string, target: string): string {
  const path = /^https?:\/\/[^/?]*(.*)$/i.exec(target)?.[1];
  if (path === undefined) return target;
  if (path === "" && method === "OPTIONS") return "*";
  return path.startsWith("/") ? path : `/${path}`;
}
