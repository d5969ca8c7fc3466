/** Console sessions: a random token in a cookie, of which only the hash is ever stored. */
import type { Store } from "../store/open-store.ts";
import type { StoredSession } from "../store/store-reader.ts";
import { readCookie } from "./cookie.ts";

/** The cookie that holds the token. */
export const sessionCookie = "sallyport_session";

/** The longest that a session lasts, whatever is done with it. */
export const sessionMaxMs = 12 * 3_600_000;

/** A session that is not used for so long ends. */
const idleMs = 2 * 3_600_000;

/** A use within this time of the last one is not written down. */
const renewStepMs = 60_000;

const maxEnded = 1024;

/** Opens, finds, renews and ends sessions. */
export class SessionKeeper {
  readonly #store: Pick<Store, "commands" | "reader">;
  readonly #now: () => number;
  /** Sessions signed out lately, so that a request under way cannot renew one back into being. */
  readonly #ended = new Set<string>();

  constructor(store: Pick<Store, "commands" | "reader">, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** Starts a session and returns its token, which is kept nowhere here. */
  async open(user: string): Promise<string> {
    const token = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
    const now = this.#now();
    await this.#store.commands.saveSession({
      tokenHash: hashOf(token),
      user,
      createdAt: now,
      expiresAt: now + idleMs,
    });
    return token;
  }

  /** The request's session if it is alive; using it puts off its end, unless `isUse` is false. */
  async find(request: Request, isUse = true): Promise<StoredSession | undefined> {
    const token = readCookie(request, sessionCookie);
    if (token === undefined || !/^[\w-]{43}$/.test(token)) return undefined;
    const tokenHash = hashOf(token);
    if (this.#ended.has(tokenHash)) return undefined;
    const session = await this.#store.reader.session(tokenHash);
    const now = this.#now();
    if (session === undefined || session.expiresAt <= now || session.createdAt + sessionMaxMs <= now)
      return undefined;
    if (isUse) await this.#renew(session, now);
    return this.#ended.has(tokenHash) ? undefined : session;
  }

  /** Ends a session at once. */
  async close(tokenHash: string): Promise<void> {
    this.#ended.add(tokenHash);
    if (this.#ended.size > maxEnded)
      for (const oldest of this.#ended) {
        this.#ended.delete(oldest);
        break;
      }
    await this.#store.commands.deleteSession(tokenHash);
  }

  async #renew(session: StoredSession, now: number): Promise<void> {
    const expiresAt = Math.min(now + idleMs, session.createdAt + sessionMaxMs);
    if (expiresAt - session.expiresAt < renewStepMs || this.#ended.has(session.tokenHash)) return;
    await this.#store.commands.saveSession({ ...session, expiresAt });
  }
}

function hashOf(token: string): string {
  return new Bun.CryptoHasher("sha256").update(token).digest("hex");
}
