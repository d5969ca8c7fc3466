/** Made-up values: the same for the same seed, and nobody without the host's secret can tell them from drawn ones. */
import { createHmac } from "node:crypto";
import type { FakeIr } from "../response-body-ir.ts";

const firstNames = "Anna Ben Carla David Elena Felix Grace Henry Ines Jonas Kim Laura Marco Nora Oscar Paula";
const lastNames = "Adams Berger Clark Duarte Evans Fischer Garcia Hughes Ito Jensen Keller Lopez Meyer Novak";
const names = { first: firstNames.split(" "), last: lastNames.split(" ") };
const firstDay = Date.parse("2022-01-01");
const days = 1400;

/** A value as JSON; `place` tells the values of one seed apart. */
export function fakeValue(fake: FakeIr, seed: string, place: string, salt: string): string {
  const bytes = createHmac("sha512", salt).update(`${place}\0${seed}`).digest();
  switch (fake.what) {
    case "number":
      return numberBetween(fake.low, fake.high, share(bytes, 0));
    case "hex":
      return JSON.stringify(bytes.toString("hex").slice(0, fake.low));
    case "uuid":
      return JSON.stringify(uuid(bytes));
    case "name":
      return JSON.stringify(`${pick(names.first, bytes, 0)} ${pick(names.last, bytes, 8)}`);
    case "email": {
      // RFC 2606 §3: nobody's mailbox, whoever writes to it.
      const local = `${pick(names.first, bytes, 0)}.${pick(names.last, bytes, 8)}`.toLowerCase();
      return JSON.stringify(`${local}${Math.floor(share(bytes, 16) * 100)}@example.com`);
    }
    case "date": {
      const at = firstDay + Math.floor(share(bytes, 0) * days) * 86_400_000;
      return JSON.stringify(new Date(at).toISOString().slice(0, 10));
    }
  }
}

/** A part of 1, drawn. */
export function share(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) / 0x1_0000_0000;
}

// With as many decimals as its bounds.
function numberBetween(low: number, high: number, point: number): string {
  const decimals = Math.max(...[low, high].map((bound) => String(bound).split(".")[1]?.length ?? 0));
  const scale = 10 ** decimals;
  const steps = Math.round((high - low) * scale) + 1;
  return String((Math.round(low * scale) + Math.floor(point * steps)) / scale);
}

/** RFC 9562 §5.4: version 4. */
function uuid(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  const variant = "89ab"[(bytes[8] ?? 0) & 3];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

function pick(list: readonly string[], bytes: Buffer, at: number): string {
  return list[Math.floor(share(bytes, at) * list.length)] ?? "";
}
