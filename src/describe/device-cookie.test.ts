import { expect, test } from "bun:test";
import { DeviceCookies, type DeviceScope } from "./device-cookie.ts";

const day = 86_400_000;
const now = Date.UTC(2026, 2, 1);
const key = new Uint8Array(32).fill(7);
const otherKey = new Uint8Array(32).fill(8);
const cookies = new DeviceCookies([key]);
const scope: DeviceScope = { app: "shop", name: "device", forMs: 180 * day };

test("a device is known for the accounts that succeeded on it, and for no other", () => {
  const first = cookies.renew(undefined, scope, "ann@x.example", now);
  const second = cookies.renew(first, scope, "joe@x.example", now + day);
  const device = cookies.read(second, scope, "ann@x.example", now + day);
  expect(device).toMatch(/^[0-9a-f]{24}$/);
  expect(cookies.read(second, scope, "joe@x.example", now + day)).toBe(device);
  expect(cookies.read(second, scope, "mallory@x.example", now + day)).toBeUndefined();
  expect(cookies.read(first, scope, "joe@x.example", now + day)).toBeUndefined();
});

const tagOf = (value: string) => Buffer.from(value.split(".")[2]!, "base64url").subarray(16).toString("hex");

test("two devices of one account share nothing that shows", () => {
  const [one, two] = [1, 2].map(() => cookies.renew(undefined, scope, "ann", now));
  expect(tagOf(one!)).not.toBe(tagOf(two!));
  expect(cookies.read(one!, scope, "ann", now)).not.toBe(cookies.read(two!, scope, "ann", now));
});

test("no single changed character leaves it genuine", () => {
  const value = cookies.renew(undefined, scope, "ann", now);
  for (let at = 0; at < value.length; at++) {
    const other = value[at] === "A" ? "B" : "A";
    const forged = value.slice(0, at) + other + value.slice(at + 1);
    // The last character of base64 carries bits that count for nothing.
    if (
      Buffer.from(forged.split(".").at(-1)!, "base64url").equals(
        Buffer.from(value.split(".").at(-1)!, "base64url"),
      )
    ) {
      if (forged.slice(0, -1) === value.slice(0, -1)) continue;
    }
    expect(cookies.read(forged, scope, "ann", now)).toBeUndefined();
  }
});

test("a cookie of another app, of another name, of another installation, or made of anything is nobody's", () => {
  const value = cookies.renew(undefined, scope, "ann", now);
  expect(cookies.read(value, { ...scope, app: "bank" }, "ann", now)).toBeUndefined();
  expect(cookies.read(value, { ...scope, name: "other" }, "ann", now)).toBeUndefined();
  expect(new DeviceCookies([otherKey]).read(value, scope, "ann", now)).toBeUndefined();
  for (const text of [
    "",
    "1",
    "1...",
    "a".repeat(100_000),
    `1.0000.${"A".repeat(40)}.${"A".repeat(22)}`,
    "\0é.",
  ]) {
    expect(cookies.read(text, scope, "ann", now)).toBeUndefined();
  }
});

test("it ends when its time is over, and a success begins it anew", () => {
  const value = cookies.renew(undefined, scope, "ann", now);
  expect(cookies.read(value, scope, "ann", now + 180 * day)).toBeDefined();
  expect(cookies.read(value, scope, "ann", now + 181 * day)).toBeUndefined();
  const renewed = cookies.renew(value, scope, "ann", now + 100 * day);
  expect(cookies.read(renewed, scope, "ann", now + 250 * day)).toBe(cookies.read(value, scope, "ann", now));
  // What has ended vouches for no other account either.
  const late = cookies.renew(value, scope, "joe", now + 181 * day);
  expect(cookies.read(late, scope, "ann", now + 181 * day)).toBeUndefined();
});

test("cookies of a key that has been replaced are read, and renewed under the new one", () => {
  const old = cookies.renew(undefined, scope, "ann", now);
  const rotated = new DeviceCookies([otherKey, key]);
  expect(rotated.read(old, scope, "ann", now)).toBe(cookies.read(old, scope, "ann", now));
  const renewed = rotated.renew(old, scope, "ann", now);
  expect(rotated.read(renewed, scope, "ann", now)).toBe(rotated.read(old, scope, "ann", now));
  expect(new DeviceCookies([otherKey]).read(renewed, scope, "ann", now)).toBeDefined();
});

test("a device of a hundred accounts stays small, and forgets whom it saw longest ago", () => {
  let value: string | undefined;
  for (let account = 0; account < 100; account++) value = cookies.renew(value, scope, `a${account}`, now);
  expect(value!.length).toBeLessThan(260);
  expect(cookies.read(value!, scope, "a99", now)).toBeDefined();
  expect(cookies.read(value!, scope, "a84", now)).toBeDefined();
  expect(cookies.read(value!, scope, "a83", now)).toBeUndefined();
});

test("the account cannot be read from it", () => {
  const value = cookies.renew(undefined, scope, "ann@x.example", now);
  expect(Buffer.from(value.split(".")[2]!, "base64url").toString("latin1")).not.toContain("ann");
});
