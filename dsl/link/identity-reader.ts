/** Reads who a request speaks for, and which session an answer issues. */
import type { AppIr, IdentitySourceIr, Normalisation, ResponseSubjectIr } from "../policy-ir.ts";
import type { Identity, ResponseView } from "../policy-set.ts";
import type { FieldReader } from "../scheme.ts";
import type { QuestionLinker } from "./question-linker.ts";
import { readResponse } from "./response-reader.ts";

const longestUsername = 256;
const longestSession = 4096;
/** Usernames read from one batch. */
const mostUsernames = 100;

const nobody: Identity = Object.freeze({});
const unidentified: Identity = Object.freeze({ isUnidentified: true });

/** The text of a source, or all texts of one that is read for each element; an element that is none is undefined. */
type Source<F> = (facts: F) => readonly (string | undefined)[] | string | undefined;

/** The reader of an app's identities: the first source with a text wins. Passwords are not read here. */
export function identityReader<F>(app: AppIr, linker: QuestionLinker<F>): (facts: F) => Identity {
  const names = sourcesOf(app, "username").map((source) => ({
    read: linkSource(source, linker),
    normalise: normaliser(app.identify.find(({ sources }) => sources.includes(source))?.normalise),
  }));
  const sessions = sourcesOf(app, "session").map((source) => linker.reader(source.field));
  if (names.length === 0 && sessions.length === 0) return () => nobody;
  return (facts) => {
    const token = withoutScheme(firstText(sessions, facts));
    const session = token === undefined || token.length > longestSession ? nobody : { session: token };
    for (const { read, normalise } of names) {
      const found = read(facts);
      if (typeof found === "string" && found !== "") {
        const identity = single(found, normalise(found));
        return session === nobody ? identity : { ...identity, ...session };
      }
      if (typeof found !== "object" || !found.some((text) => text !== undefined && text !== "")) continue;
      return { ...session, ...named(found, normalise) };
    }
    if (names.length === 0) return session;
    return session === nobody ? unidentified : { ...session, ...unidentified };
  };
}

/** Reads the session that an answer issues; undefined when the app names no such source. */
export function issuedSessionReader(
  app: AppIr,
): ((response: ResponseView) => string | undefined) | undefined {
  const subjects = issuedSubjects(app);
  if (subjects.length === 0) return undefined;
  return (response) => {
    for (const subject of subjects) {
      const part = readResponse(response, subject);
      const text = part === "unread" ? undefined : part.text;
      if (text !== undefined && text !== "") return text.length > longestSession ? undefined : text;
    }
    return undefined;
  };
}

/** True when the session that an answer issues is in its body. */
export function issuesInBody(app: AppIr): boolean {
  return issuedSubjects(app).some((subject) => subject.from === "body");
}

function issuedSubjects(app: AppIr): ResponseSubjectIr[] {
  return app.identify
    .filter(({ what }) => what === "session")
    .flatMap(({ sources }) => sources.flatMap((one) => (one.from === "response" ? [one.subject] : [])));
}

type RequestSource = Extract<IdentitySourceIr, { from: "request" }>;

function sourcesOf(app: AppIr, what: "username" | "session"): RequestSource[] {
  return app.identify
    .filter((identify) => identify.what === what)
    .flatMap(({ sources }) => sources.filter((source) => source.from === "request"));
}

function linkSource<F>(source: RequestSource, linker: QuestionLinker<F>): Source<F> {
  const each = source.isEach ? linker.row(source.field)?.bindEach?.(source.field.parameter) : undefined;
  if (each) return each;
  const read = linker.reader(source.field);
  return (facts) => {
    const value = read(facts);
    return typeof value === "string" ? value : undefined;
  };
}

function named(texts: readonly (string | undefined)[], normalise: (name: string) => string): Identity {
  const readable = texts
    .filter((text): text is string => text !== undefined && text !== "")
    .slice(0, mostUsernames);
  const usernames = [...new Set(readable.map((text) => normalise(text)))];
  const [username = ""] = usernames;
  // One name in two spellings may be two people to the origin, and which of them got in is not known.
  const isBatch = new Set(readable).size > 1;
  const identity: Identity = isBatch ? { username, usernames } : single(readable[0] ?? "", username);
  return readable.length < texts.length ? { ...identity, isUnidentified: true } : identity;
}

function single(written: string, username: string): Identity {
  return written === username ? { username } : { username, written };
}

function normaliser(ways: readonly Normalisation[] = ["case"]): (name: string) => string {
  const steps = ways.map((way) => normalisations[way]);
  const isCaseAlone = ways.length === 1 && ways[0] === "case";
  return (name) => {
    if (isCaseAlone && isPlain(name)) return name;
    let text = name.trim();
    for (const step of steps) text = step(text);
    return text.slice(0, longestUsername);
  };
}

const [firstVisible, lastVisible, upperA, upperZ] = [0x21, 0x7e, 0x41, 0x5a];

/** True of what neither case nor white space changes, and that is short enough: nearly every name that is sent. */
function isPlain(name: string): boolean {
  if (name.length > longestUsername) return false;
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    if (code < firstVisible || code > lastVisible || (code >= upperA && code <= upperZ)) return false;
  }
  return true;
}

const normalisations: Readonly<Record<Normalisation, (name: string) => string>> = {
  case: (name) => name.toLowerCase(),
  spaces: (name) => name.replaceAll(/\s+/g, ""),
  // RFC 5233 §1: what follows the plus sign chooses a folder, not another mailbox.
  alias: (name) => onLocalPart(name, (local) => local.replace(/(?!^)\+.*$/s, "")),
  dots: (name) => onLocalPart(name, (local) => local.replaceAll(".", "")),
};

function onLocalPart(name: string, change: (local: string) => string): string {
  const at = name.lastIndexOf("@");
  return at < 1 ? name : change(name.slice(0, at)) + name.slice(at);
}

// RFC 6750 §2.1: the answer that issued a bearer token named it without the scheme.
function withoutScheme(token: string | undefined): string | undefined {
  return token?.replace(/^bearer +/i, "");
}

function firstText<F>(readers: readonly FieldReader<F>[], facts: F): string | undefined {
  for (const read of readers) {
    const value = read(facts);
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}
