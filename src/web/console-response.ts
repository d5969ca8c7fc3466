/** The kinds of answers that handlers give. */
import type { SafeHtml } from "@remix-run/html-template";

/** An HTML answer. */
export function htmlResponse(
  content: SafeHtml,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(String(content), {
    status,
    // One address answers with a page or a part of it.
    headers: {
      "content-type": "text/html; charset=utf-8",
      vary: "hx-request-type, hx-target, cookie",
      ...headers,
    },
  });
}

/** A JSON answer. */
export function jsonResponse(content: unknown, status = 200): Response {
  return new Response(`${JSON.stringify(content)}\n`, {
    status,
    headers: { "content-type": "application/json; charset=utf-8" },
  });
}

/** Sends the browser to another page of the console with GET (RFC 9110 §15.4.4). */
export function seeOther(path: string, cookies: readonly string[] = []): Response {
  const response = new Response(null, { status: 303, headers: { location: path } });
  for (const cookie of cookies) response.headers.append("set-cookie", cookie);
  return response;
}

/** A path of this console that a client named, or `/` when it may lead elsewhere. */
export function ownPath(text: string | null | undefined): string {
  // "//host" and "/\host" are other sites to a browser; control characters are dropped by URL parsers.
  if (text === null || text === undefined || !/^\/(?![/\\])[\x21-\x7e]*$/.test(text)) return "/";
  return text.includes("\\") ? "/" : text;
}
