/** Console users from the command line. */
import { AppError } from "./app-error.ts";
import { openStore, type Store } from "./store/open-store.ts";

// No characters that look alike, so that a password can be copied from a terminal by hand.
const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
const passwordLength = 20;

/** A random password of about 99 bits. */
function generatePassword(): string {
  const bytes = crypto.getRandomValues(new Uint32Array(passwordLength));
  const letters = Array.from(bytes, (value) => alphabet[value % alphabet.length]).join("");
  return letters.replace(/(.{5})(?=.)/g, "$1-");
}

/** Gives a user a new password, makes the user where there is none, and returns the password: it is kept nowhere else. */
export async function setGeneratedPassword(store: Pick<Store, "commands">, name: string): Promise<string> {
  const password = generatePassword();
  await store.commands.saveUser({ name, passwordHash: await Bun.password.hash(password) });
  await store.commands.audit({ who: "command line", action: "user.password", detail: name });
  return password;
}

/** Opens the store for one password reset; works while the server runs. */
export async function resetPassword(name: string, dataDir: string): Promise<string> {
  if (!/^[\w.@-]{1,64}$/.test(name)) {
    throw new AppError("bad_option", "a user name has 1 to 64 letters, digits or `.`, `@`, `-`, `_`");
  }
  const store = await openStore({ dataDir });
  try {
    return await setGeneratedPassword(store, name);
  } finally {
    await store.close();
  }
}
