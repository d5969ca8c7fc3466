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

/** More sessions than this are not watched for idleness; their absolute end holds. */
const maxWatched = 4096;

/** Opens, finds and ends sessions. The store holds their absolute end; a restart starts the idle time anew. */
export class SessionKeeper {
  readonly #store: Pick<Store, "commands" | "reader">;
  readonly #now: () => number;
  /** When each session was last used, the longest unused first. */
  readonly #lastUse = new Map<string, number>();

  constructor(store: Pick<Store, "commands" | "reader">, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** Starts a session and returns its token, which is kept nowhere here. */
  async open(user: string): Promise<string> {
    const token = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
    const tokenHash = hashOf(token);
    const now = this.#now();
    await this.#store.commands.saveSession({
      tokenHash,
      user,
      createdAt: now,
      expiresAt: now + sessionMaxMs,
    });
    this.#use(tokenHash, now);
    return token;
  }

  /** The request's session if it is alive. Finding it is a use, which puts off its idle end, unless `isUse` is false. */
  async find(request: Request, isUse = true): Promise<StoredSession | undefined> {
    const token = readCookie(request, sessionCookie);
    if (token === undefined || !/^[\w-]{43}$/.test(token)) return undefined;
    const tokenHash = hashOf(token);
    const session = await this.#store.reader.session(tokenHash);
    if (session === undefined) return undefined;
    const now = this.#now();
    const lastUse = this.#lastUse.get(tokenHash) ?? now;
    if (session.expiresAt <= now || lastUse + idleMs <= now) {
      await this.close(tokenHash);
      return undefined;
    }
    if (isUse) this.#use(tokenHash, now);
    return session;
  }

  /** Ends a session at once. */
  async close(tokenHash: string): Promise<void> {
    this.#lastUse.delete(tokenHash);
    await this.#store.commands.deleteSession(tokenHash);
  }

  #use(tokenHash: string, now: number): void {
    this.#lastUse.delete(tokenHash);
    this.#lastUse.set(tokenHash, now);
    if (this.#lastUse.size <= maxWatched) return;
    for (const longestUnused of this.#lastUse.keys()) {
      this.#lastUse.delete(longestUnused);
      return;
    }
  }
}

function hashOf(token: string): string {
  return new Bun.CryptoHasher("sha256").update(token).digest("hex");
}
