/** What kind of request this is: real clients send other headers for a page than for a form, a script or a picture. */

/** The kinds; "api" is what no browser mark explains. */
export type RequestKind = "navigation" | "form" | "fetch" | "asset" | "api";

/** The facts that tell the kind. */
export interface KindMarks {
  readonly method: string;
  readonly path: string;
  readonly contentType: string | undefined;
  header(lowerName: string): string | undefined;
}

/** The kind from Fetch Metadata where it is sent, else from type, Accept and path; a claim, as all of these are. */
export function requestKind(facts: KindMarks): RequestKind {
  const mode = facts.header("sec-fetch-mode");
  if (mode !== undefined) return kindByFetchMetadata(facts, mode);
  const sendsBody = facts.method === "POST" || facts.method === "PUT" || facts.method === "PATCH";
  if (facts.header("x-requested-with") !== undefined) return "fetch";
  if (sendsBody) return isFormType(facts.contentType) ? "form" : "api";
  if (facts.method !== "GET" && facts.method !== "HEAD") return "api";
  if (assetPath.test(facts.path)) return "asset";
  const accept = facts.header("accept");
  if (accept?.includes("text/html")) return "navigation";
  return accept !== undefined && /^(?:image|font|audio|video)\/|^text\/css/.test(accept) ? "asset" : "api";
}

const assetPath = /\.(?:css|m?js|map|png|jpe?g|gif|webp|avif|svg|ico|woff2?|ttf|otf|eot|mp[34]|webm|wasm)$/i;

// Fetch Metadata Request Headers §2.1, §2.2.
function kindByFetchMetadata(facts: KindMarks, mode: string): RequestKind {
  if (mode === "navigate" || mode === "nested-navigate") {
    return facts.method === "GET" || facts.method === "HEAD" ? "navigation" : "form";
  }
  const destination = facts.header("sec-fetch-dest");
  return destination === undefined || destination === "empty" || mode === "websocket" ? "fetch" : "asset";
}

function isFormType(contentType: string | undefined): boolean {
  return contentType === "application/x-www-form-urlencoded" || contentType === "multipart/form-data";
}
