/** Reads a whole hello for tests that want nothing else. */
import type { ClientHello } from "../../../src/accept/tls/client-hello.ts";
import { HelloReader } from "../../../src/accept/tls/hello-reader.ts";

/** Throws if the bytes are no hello. */
export function readHello(bytes: Uint8Array): ClientHello {
  const reading = new HelloReader().push(bytes);
  if (typeof reading === "string") throw new Error(`no hello: ${reading}`);
  return reading;
}
