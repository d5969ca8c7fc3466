/** Full load by so many clients that hardly one comes twice, told apart as a trusted front would name them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { clientStride } from "./client-addresses.ts";

/** Writes a script for wrk into the folder, by which each request is of another client; gives its path. */
export function clientsScript(
  folder: string,
  path: string,
  headers: readonly string[],
  clients: number,
): string {
  const head = [`GET ${path} HTTP/1.1`, ...headers, "X-Forwarded-For: "].join("\r\n");
  const file = join(folder, "clients.lua");
  writeFileSync(
    file,
    `local client = 0
local head = ${JSON.stringify(head)}
request = function()
  client = (client + ${clientStride}) % ${clients}
  local third = math.floor(client / 256)
  return string.format("%s10.%d.%d.%d\\r\\n\\r\\n", head, math.floor(third / 256), third % 256, client % 256)
end
`,
  );
  return file;
}
