/** Verifies passwords a few at a time: argon2id is made to cost memory, and a flood of sign-ins must not spend it all. */

const maxRunning = 2;
const maxWaiting = 16;
const maxPasswordLength = 512;

/** The outcome of a check; `busy` when too many others wait. */
export type PasswordVerdict = "right" | "wrong" | "busy";

/** Checks passwords against PHC strings. */
export class PasswordCheck {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #decoy: Promise<string> | undefined;

  /** A missing hash (no such user) takes as long as a wrong password. */
  async verify(password: string, hash: string | undefined): Promise<PasswordVerdict> {
    if (this.#running >= maxRunning) {
      if (this.#waiting.length >= maxWaiting) return "busy";
      // Whoever finishes hands over the place, so `#running` stays as it is.
      await new Promise<void>((resume) => this.#waiting.push(resume));
    } else this.#running += 1;
    try {
      const isRight = await matches(password, hash ?? (await this.#decoyHash()));
      return isRight && hash !== undefined ? "right" : "wrong";
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  /** Makes the decoy ready, so that the first unknown name does not take longer than a known one. */
  async prepare(): Promise<void> {
    await this.#decoyHash();
  }

  #decoyHash(): Promise<string> {
    this.#decoy ??= Bun.password.hash(crypto.randomUUID(), "argon2id");
    return this.#decoy;
  }
}

async function matches(password: string, hash: string): Promise<boolean> {
  if (password.length === 0 || password.length > maxPasswordLength) return false;
  try {
    return await Bun.password.verify(password, hash);
  } catch {
    // A hash that cannot be read lets no one in.
    return false;
  }
}
