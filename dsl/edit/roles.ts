/** What a name is for, by the rule that it stands in: what it declares, or what it speaks of. */
import type { Scope } from "./syntax-walk.ts";

/** Kinds of things that have names. Those of conditions (measures, fingerprints, memories, sequences) share theirs. */
export type NamedKind =
  | "app"
  | "route"
  | "tag"
  | "list"
  | "condition"
  | "cohort"
  | "response"
  | "webhook"
  | "channel"
  | "smtp"
  | "policy"
  | "label"
  | "request";

/** What may stand in a place for a name. */
export type Role =
  | { readonly kind: "declares"; readonly what: NamedKind }
  | { readonly kind: "names"; readonly what: NamedKind }
  /** `shop.login.failure`, also `TAG.failure` where `isTagged`. */
  | { readonly kind: "target"; readonly isTagged: boolean }
  /** `login.failure`, or an outcome's event alone. */
  | { readonly kind: "event" }
  /** A field, or what conditions may name besides; `isKey` where only fields may stand. */
  | { readonly kind: "subject"; readonly isKey: boolean }
  | { readonly kind: "operand" }
  | { readonly kind: "header" | "cookie" }
  | { readonly kind: "word"; readonly what: WordKind };

/** Words of the language that the grammar takes as names. */
export type WordKind =
  | "method"
  | "listType"
  | "listFormat"
  | "channelType"
  | "normalise"
  | "fake"
  | "front"
  | "withheld"
  | "other";

const declares = (what: NamedKind): Role => ({ kind: "declares", what });
const names = (what: NamedKind): Role => ({ kind: "names", what });
const word = (what: WordKind): Role => ({ kind: "word", what });

const declared: Readonly<Record<string, NamedKind>> = {
  app: "app",
  route: "route",
  fingerprint: "condition",
  measure: "condition",
  remember: "condition",
  sequence: "condition",
  cohort: "cohort",
  response: "response",
  smtp: "smtp",
  policy: "policy",
};

const plain: Readonly<Record<string, Role>> = {
  test: names("policy"),
  method: word("method"),
  health: word("method"),
  lock: { kind: "header" },
  outcome: { kind: "event" },
  condition: names("label"),
  capClause: names("cohort"),
  guardClause: { kind: "event" },
  alert: names("channel"),
  expect: names("policy"),
  send: names("request"),
  sendOption: names("list"),
  answer: { kind: "event" },
  statement: names("condition"),
  fake: word("fake"),
  value: { kind: "operand" },
  listOption: word("listFormat"),
};

/** Rules whose names mean what the keyword before them says. */
const afterKeywordRules: ReadonlySet<string> = new Set(["effect", "expectation", "atRiskPart"]);
const afterKeyword: Readonly<Record<string, Role>> = {
  Deceive: names("response"),
  Response: names("response"),
  Label: names("label"),
  Withheld: word("withheld"),
  Webhook: names("webhook"),
  Alert: names("channel"),
};

const declaresOr: Readonly<Record<string, readonly [opener: string, what: NamedKind, otherwise: Role]>> = {
  list: ["List", "list", word("listType")],
  webhook: ["Webhook", "webhook", word("method")],
  channel: ["Channel", "channel", word("channelType")],
  let: ["Let", "request", word("method")],
};

/** Lists of names, by the rule around them. */
const listed: Readonly<Record<string, Role>> = {
  tags: names("tag"),
  route: names("tag"),
  outcome: names("route"),
  unidentified: names("route"),
  riskLabels: names("label"),
  riskAmount: names("route"),
  exempted: names("policy"),
  counted: { kind: "event" },
  identify: word("normalise"),
};

/** The role of a name in a rule; `before` is the type of the token before it. */
export function roleOf({ rule, parent }: Scope, before: string | undefined): Role {
  const declaredKind = declared[rule];
  if (declaredKind) return declares(declaredKind);
  const pair = declaresOr[rule];
  if (pair) return before === pair[0] ? declares(pair[1]) : pair[2];
  if (rule === "names") return listed[parent?.rule ?? ""] ?? word("other");
  if (afterKeywordRules.has(rule)) return afterKeyword[before ?? ""] ?? word("other");
  if (rule === "front" && before === "From") return names("list");
  if (rule === "frontFact") return before === "Header" ? { kind: "header" } : word("front");
  if (rule === "target") return { kind: "target", isTagged: before === "Tagged" };
  if (rule === "responseClause") return { kind: "header" };
  if (rule === "subject") return subjectRole(parent, before);
  return plain[rule] ?? word("other");
}

function subjectRole(parent: Scope | undefined, before: string | undefined): Role {
  if (before === "Header") return { kind: "header" };
  if (before === "Cookie") return { kind: "cookie" };
  return { kind: "subject", isKey: parent?.rule !== "comparison" };
}
