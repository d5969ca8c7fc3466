/**
 * What policies in force ask to be told. Nobody can make the host call about a stranger's account: a call that names
 * `account` is made for the one that the session was opened for at a success, or waits for this request's own.
 */
import type { Decision, Withheld } from "../decision.ts";
import type { FieldIr, PolicyRuleIr } from "../policy-ir.ts";
import type { FieldReader, FieldValue } from "../scheme.ts";
import type { Once, Tell } from "../tell.ts";
import type { OnceIr, PayloadPartIr, TellIr } from "../tell-ir.ts";
import { keyReader } from "./gauge-key.ts";
import type { BindReader } from "./policy-states.ts";

const longestText = 1024;
const provenAccount: FieldIr = { kind: "field", field: "session.account", parameter: "" };

/** Where a request is judged: a login proves its own account, anything else only the session's. */
interface TellPlace {
  readonly isLogin: boolean;
  readonly isStopped: boolean;
  /** The policy's stop was withheld: what is done to an account is, too. */
  readonly isSpared: boolean;
}

/** Makes what one effect tells; undefined when there is nobody to tell of. */
export type LinkedTell<F> = (facts: F, place: TellPlace) => Tell | undefined;

/** Links what a policy tells. */
export function linkTells<F>({ name, tells }: PolicyRuleIr, bind: BindReader<F>): LinkedTell<F>[] {
  return tells.map((tell) =>
    tell.kind === "alert" ? linkAlert(name, tell, bind) : linkCall(name, tell, bind),
  );
}

/** The fields that a policy's tells read. */
export function fieldsTold({ tells }: PolicyRuleIr): FieldIr[] {
  return tells.flatMap((tell) => {
    const parts = tell.kind === "webhook" ? (tell.payload ?? []) : [];
    return [...parts.filter((part) => typeof part !== "string"), ...(tell.once?.by ?? [])];
  });
}

/** The decision with what its policies tell; `matched` are the policies of its matches, in their order. */
export function withTells<F>(
  decision: Decision,
  matched: readonly { readonly tells: readonly LinkedTell<F>[] }[],
  facts: F,
  isLogin: boolean,
): Decision {
  let told: Tell[] | undefined;
  for (let index = 0; index < matched.length; index++) {
    const { tells } = matched[index]!;
    const match = decision.matches[index];
    if (tells.length === 0 || match?.mode !== "enforce" || isOutOfForce(match.withheld)) continue;
    const place = {
      isLogin,
      isStopped: decision.action.kind !== "allow",
      isSpared: match.withheld !== undefined,
    };
    for (const make of tells) {
      const tell = make(facts, place);
      if (tell) (told ??= []).push(tell);
    }
  }
  return told ? { ...decision, tells: told } : decision;
}

function isOutOfForce(withheld: Withheld | undefined): boolean {
  switch (withheld) {
    case "rollout":
    case "expired":
    case "under_limit":
    case "switched_off":
    case "panic":
    case "released":
      return true;
    // Only the stop is withheld: people are told, with the reason; nothing is done to an account.
    case "cap":
    case "guard":
    case "holdout":
    case "freeze":
    case "known_good":
    case undefined:
      return false;
  }
}

function linkAlert<F>(
  policy: string,
  { name, severity, once }: Extract<TellIr, { kind: "alert" }>,
  bind: BindReader<F>,
): LinkedTell<F> {
  const onceOf = linkOnce(once, bind);
  return (facts) => ({ kind: "alert", policy, name, severity, once: onceOf(facts) });
}

function linkCall<F>(
  policy: string,
  { name, payload, once, isAboutAccount }: Extract<TellIr, { kind: "webhook" }>,
  bind: BindReader<F>,
): LinkedTell<F> {
  const make = (bindHere: BindReader<F>, awaitsLogin: boolean) => {
    const bodyOf = linkPayload(payload, bindHere);
    const onceOf = linkOnce(once, bindHere);
    return (facts: F): Tell => ({
      kind: "webhook",
      policy,
      name,
      payload: bodyOf?.(facts),
      once: onceOf(facts),
      awaitsLogin,
    });
  };
  if (!isAboutAccount) return make(bind, false);
  const atLogin = make(bindingWritten(bind), true);
  const later = make(
    (field) => (isAccount(field) ? written(bind, "session.account_as_written", provenAccount) : bind(field)),
    false,
  );
  const proven = bind(provenAccount);
  const claimed = bind({ kind: "field", field: "account", parameter: "" });
  return (facts, { isLogin, isStopped, isSpared }) => {
    // A reset by mistake harms as much as a stop by mistake, and lasts.
    if (isSpared) return undefined;
    // What is stopped never succeeds.
    if (isLogin) return isStopped || claimed(facts) === undefined ? undefined : atLogin(facts);
    return proven(facts) === undefined ? undefined : later(facts);
  };
}

function isAccount({ field }: FieldIr): boolean {
  return field === "account";
}

/**
 * Names the account as whoever got in wrote it. What counts as one name here, such as upper and lower case, may be two
 * people to the app, and then the other one's password must not be reset.
 */
export function bindingWritten<F>(bind: BindReader<F>): BindReader<F> {
  return (field) => (isAccount(field) ? written(bind, "account.as_written", field) : bind(field));
}

function written<F>(bind: BindReader<F>, name: string, otherwise: FieldIr): FieldReader<F> {
  const asWritten = bind({ kind: "field", field: name, parameter: "" });
  const usual = bind(otherwise);
  return (facts) => asWritten(facts) ?? usual(facts);
}

/** Links the body of a call; undefined where the host writes it. */
export function linkPayload<F>(
  parts: readonly PayloadPartIr[] | undefined,
  bind: BindReader<F>,
): ((facts: F) => string) | undefined {
  if (!parts) return undefined;
  const write = parts.map((part) => {
    if (typeof part === "string") return () => part;
    const read = bind(part);
    return (facts: F) => jsonOf(read(facts));
  });
  return (facts) => write.map((one) => one(facts)).join("");
}

function linkOnce<F>(once: OnceIr | undefined, bind: BindReader<F>): (facts: F) => Once | undefined {
  if (!once) return () => undefined;
  const { by, everyMs } = once;
  const readers: FieldReader<F>[] = by.map(bind);
  const keyOf = keyReader(readers);
  // Requests without the key share one.
  return (facts) => ({ key: readers.length === 0 ? "" : (keyOf(facts) ?? ""), everyMs });
}

function jsonOf(value: FieldValue | undefined): string {
  if (value === undefined) return "null";
  if (typeof value === "string") return JSON.stringify(value.slice(0, longestText));
  if (typeof value !== "object") return JSON.stringify(value);
  return JSON.stringify("family" in value ? value.text : value);
}
