/** Reads who a request speaks for. */
import type { AppIr } from "../policy-ir.ts";
import type { Identity } from "../policy-set.ts";
import type { FieldReader } from "../scheme.ts";
import type { QuestionLinker } from "./question-linker.ts";

const longestUsername = 256;
const longestSession = 4096;

const nobody: Identity = Object.freeze({});

/** The reader of an app's identities: the first source with a text wins. Passwords are not read here. */
export function identityReader<F>(app: AppIr, linker: QuestionLinker<F>): (facts: F) => Identity {
  const readersOf = (what: "username" | "session") =>
    app.identify
      .filter((identify) => identify.what === what)
      .flatMap((identify) => identify.sources.map((source) => linker.reader(source)));
  const usernames = readersOf("username");
  const sessions = readersOf("session");
  if (usernames.length === 0 && sessions.length === 0) return () => nobody;
  return (facts) => {
    const name = firstText(usernames, facts)?.trim().toLowerCase();
    const username =
      name !== undefined && name.length > longestUsername ? name.slice(0, longestUsername) : name;
    const token = firstText(sessions, facts);
    const session = token !== undefined && token.length > longestSession ? undefined : token;
    if (username === undefined) return session === undefined ? nobody : { session };
    return session === undefined ? { username } : { username, session };
  };
}

function firstText<F>(readers: readonly FieldReader<F>[], facts: F): string | undefined {
  for (const read of readers) {
    const value = read(facts);
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}
