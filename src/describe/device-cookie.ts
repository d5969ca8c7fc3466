/**
 * The edge's own cookie, which says that an account signed in on this device before (OWASP, "Slow Down Online Guessing
 * Attacks with Device Cookies"). Signed, so that nobody makes one; bound to the accounts that succeeded with it, so
 * that one that was stolen or bought with other accounts is worth nothing for this one.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";

/** The cookies of one app. */
export interface AppDevices {
  readonly cookies: DeviceCookies;
  readonly scope: DeviceScope;
}

/** Whose cookie it is: one of another app or name does not hold. */
export interface DeviceScope {
  readonly app: string;
  readonly name: string;
  readonly forMs: number;
}

/** Accounts that one device is known for; the one that succeeded longest ago is forgotten first. */
const mostAccounts = 16;
const idBytes = 12;
const timeBytes = 4;
const tagBytes = 8;
const signatureBytes = 16;
/** A clock that was set back must not make every device unknown. */
const toleranceMs = 3_600_000;

const syntax = /^1\.([0-9a-f]{4})\.([\w-]{1,256})\.([\w-]{22})$/;

interface Device {
  readonly id: Uint8Array;
  readonly tags: readonly Uint8Array[];
}

/** Makes and reads device cookies. */
export class DeviceCookies {
  /** By the id that a cookie names its key with; the first one signs. */
  readonly #keys: ReadonlyMap<string, Uint8Array>;
  readonly #signing: string;

  /** `keys`: 32 secret bytes each, the current one first; cookies of the others are still read. */
  constructor(keys: readonly [Uint8Array, ...Uint8Array[]]) {
    this.#keys = new Map(keys.map((key) => [keyId(key), key]));
    this.#signing = keyId(keys[0]);
  }

  /** The device, 24 hex characters, where the cookie is genuine, not too old, and one of the account's; `now` in ms. */
  read(value: string, scope: DeviceScope, account: string, now: number): string | undefined {
    const device = this.#verified(value, scope, now);
    if (!device) return undefined;
    const { id, tags, key } = device;
    const wanted = tagOf(key, id, account);
    return tags.some((tag) => timingSafeEqual(tag, wanted)) ? Buffer.from(id).toString("hex") : undefined;
  }

  /** The cookie after a success of the account: of the same device and its other accounts where `before` is genuine. */
  renew(before: string | undefined, scope: DeviceScope, account: string, now: number): string {
    const known = before === undefined ? undefined : this.#verified(before, scope, now);
    const key = this.#key(this.#signing);
    const id = known?.id ?? randomBytes(idBytes);
    const own = tagOf(key, id, account);
    // Tags of another key could not be compared with new ones; those accounts are learned again.
    const others = known?.key === key ? known.tags.filter((tag) => !timingSafeEqual(tag, own)) : [];
    const time = Buffer.alloc(timeBytes);
    time.writeUInt32BE(Math.floor(now / 1000));
    const payload = Buffer.concat([id, time, ...[own, ...others].slice(0, mostAccounts)]);
    const signed = `1.${this.#signing}.${payload.toString("base64url")}`;
    return `${signed}.${signatureOf(key, scope, signed).toString("base64url")}`;
  }

  #verified(
    value: string,
    scope: DeviceScope,
    now: number,
  ): (Device & { readonly key: Uint8Array }) | undefined {
    const [, keyName = "", text = "", signature = ""] = syntax.exec(value) ?? [];
    const key = this.#keys.get(keyName);
    if (!key) return undefined;
    const signed = `1.${keyName}.${text}`;
    if (!timingSafeEqual(Buffer.from(signature, "base64url"), signatureOf(key, scope, signed))) {
      return undefined;
    }
    const payload = Buffer.from(text, "base64url");
    const device = deviceOf(payload);
    const age = now - payload.readUInt32BE(idBytes) * 1000;
    return age <= scope.forMs && age >= -toleranceMs ? { ...device, key } : undefined;
  }

  #key(name: string): Uint8Array {
    const key = this.#keys.get(name);
    if (!key) throw new Error("no key signs");
    return key;
  }
}

/** INVARIANT: the payload is our own, since its signature held. */
function deviceOf(payload: Buffer): Device {
  const tags: Uint8Array[] = [];
  for (let at = idBytes + timeBytes; at + tagBytes <= payload.length; at += tagBytes) {
    tags.push(payload.subarray(at, at + tagBytes));
  }
  return { id: payload.subarray(0, idBytes), tags };
}

function signatureOf(key: Uint8Array, { app, name }: DeviceScope, signed: string): Buffer {
  // No name of an app and none of a cookie has a line break.
  return hmac(key, `device\n${app}\n${name}\n${signed}`).subarray(0, signatureBytes);
}

// With the device in it, so that equal accounts on two devices do not show.
function tagOf(key: Uint8Array, id: Uint8Array, account: string): Buffer {
  return hmac(key, `account\n${Buffer.from(id).toString("hex")}\n${account}`).subarray(0, tagBytes);
}

function keyId(key: Uint8Array): string {
  return hmac(key, "id").toString("hex", 0, 2);
}

function hmac(key: Uint8Array, text: string): Buffer {
  return new Bun.CryptoHasher("sha256", key).update(text).digest();
}
