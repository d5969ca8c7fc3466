/** What customers and attackers sent that nobody may find again: passwords, tokens, card numbers, and where they are looked for. */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Shorter ones occur by chance. */
const shortest = 8;

/** Values of fields whose names say that they are secret, in forms and JSON, and sessions in headers; added to `found`. */
export function collectSecrets(
  request: {
    readonly path: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly body?: string;
  },
  found: Set<string>,
): void {
  const add = (value: string | undefined) => {
    if (value !== undefined && value.length >= shortest) found.add(value);
  };
  const { body = "", headers, path } = request;
  if (body.startsWith("{")) {
    for (const [, value] of body.matchAll(/"(?:password|number|cvc|code|token)": *"([^"]+)"/g)) add(value);
  } else {
    for (const [name, value] of new URLSearchParams(body))
      if (/password|number|code|token/.test(name)) add(value);
  }
  add(/\/gift-cards\/([^/?]{8,})/.exec(path)?.[1]);
  for (const [name, value] of headers) {
    if (name.toLowerCase() === "authorization") add(value.replace(/^Bearer /, ""));
    // The shop's own session; the device cookie is the edge's, and of no use for anything else.
    if (name.toLowerCase() === "cookie") add(/(?:^|; )sid=([^;]+)/.exec(value)?.[1]);
  }
}

/** The forms in which a secret would be of use to whoever finds the files: as it is, coded, or hashed without a key. */
export function formsOf(secret: string): readonly Buffer[] {
  const bytes = Buffer.from(secret);
  const texts = [secret, encodeURIComponent(secret), bytes.toString("base64").replace(/=+$/, "")];
  const hashes = (["md5", "sha1", "sha256"] as const).map((name) => createHash(name).update(bytes).digest());
  const written = hashes.flatMap((hash) => [
    hash.toString("hex"),
    hash.toString("base64").replace(/=+$/, ""),
  ]);
  return [...[...texts, ...written].map((text) => Buffer.from(text)), ...hashes];
}

/** Every file below a folder, with its bytes. */
export async function filesBelow(
  folder: string,
): Promise<readonly { readonly name: string; readonly bytes: Buffer }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async ({ name, parentPath }) => {
      const path = join(parentPath, name);
      return { name: path, bytes: Buffer.from(await Bun.file(path).arrayBuffer()) };
    }),
  );
}

/** Which secrets occur in a text of bytes, in any of their forms. */
export function secretsIn(bytes: Buffer, secrets: Iterable<string>): string[] {
  return [...secrets].filter((secret) => formsOf(secret).some((form) => bytes.includes(form)));
}
