/** Which events prove that somebody has an account: sessions are bound, and devices known, by their success. */

/** Their success proves it; `login` at `challenge` only says whose second step is awaited. */
export const provingEvents: readonly string[] = ["login", "mfa", "registration", "register"];
