/** The console's files, embedded in the program and named by their content so that browsers may keep them. */
import sseScript from "htmx.org/dist/ext/hx-sse.min.js" with { type: "text" };
import htmxScript from "htmx.org/dist/htmx.min.js" with { type: "text" };
import styleSheet from "./console.css" with { type: "text" };
import consoleScript from "./console.js" with { type: "text" };
import markImage from "./mark.svg" with { type: "text" };

/** One served file. */
export interface EmbeddedAsset {
  readonly body: string;
  readonly contentType: string;
}

const script = "text/javascript; charset=utf-8";
const filesByName: Record<"htmx" | "sse" | "script" | "style" | "mark", [string, string, string]> = {
  htmx: ["htmx.js", script, htmxScript],
  sse: ["hx-sse.js", script, sseScript],
  script: ["console.js", script, consoleScript],
  style: ["console.css", "text/css; charset=utf-8", styleSheet],
  mark: ["mark.svg", "image/svg+xml", markImage],
};

const served = new Map<string, EmbeddedAsset>();

function serve([name, contentType, body]: [string, string, string]): string {
  const hash = new Bun.CryptoHasher("sha256").update(body).digest("hex").slice(0, 12);
  served.set(`${hash}-${name}`, { body, contentType });
  return `/assets/${hash}-${name}`;
}

/** The paths of the assets; a change of content changes the path. */
export const assetUrl = {
  htmx: serve(filesByName.htmx),
  sse: serve(filesByName.sse),
  script: serve(filesByName.script),
  style: serve(filesByName.style),
  mark: serve(filesByName.mark),
};

/** The asset of a path's last segment, undefined if there is none of that name and content. */
export function findAsset(fileName: string): EmbeddedAsset | undefined {
  return served.get(fileName);
}
