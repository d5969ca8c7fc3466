/** The readings that a stream of answers carries: Node tells its own in a field, a proxy in front of it only refuses. */
import { type HttpReading, originForm } from "./reading.ts";

/** One per answer, in order; an answer without a reading is whoever gave it refusing with that status. */
export function readingsIn(response: string): HttpReading[] {
  const heads = response.split(/(?=HTTP\/1\.[01] \d{3} )/);
  return heads.flatMap((text) => {
    const status = /^HTTP\/1\.[01] (\d{3}) /.exec(text)?.[1];
    if (status === undefined || status.startsWith("1")) return [];
    const [, kind, value = ""] = /^x-(read|failed): (\S+)\r$/im.exec(text) ?? [];
    if (kind === undefined) return [{ error: `status ${status}` }];
    if (kind.toLowerCase() === "failed") return [{ error: value }];
    return [inOriginForm(JSON.parse(Buffer.from(value, "base64").toString()) as HttpReading)];
  });
}

/** The same reading with its target in origin-form. */
export function inOriginForm(reading: HttpReading): HttpReading {
  if ("error" in reading) return reading;
  return Object.assign(reading, { target: originForm(reading.method, reading.target) });
}
