/** Programs for property tests: every construct of the grammar, in any order, with any spacing; correct as syntax, not as sense. */
import * as fc from "fast-check";
import { policyLexer } from "./tokens.ts";

type Text = fc.Arbitrary<string>;

/** One after the other, with a space between; an empty part leaves none. */
function seq(...parts: readonly (Text | string)[]): Text {
  const all = parts.map((part) => (typeof part === "string" ? fc.constant(part) : part));
  return fc.tuple(...all).map((texts) => texts.filter((text) => text !== "").join(" "));
}

const maybe = (...parts: readonly (Text | string)[]): Text => fc.oneof(fc.constant(""), seq(...parts));
const oneOf = (...words: readonly (Text | string)[]): Text =>
  fc.oneof(...words.map((word) => (typeof word === "string" ? fc.constant(word) : word)));
const many = (part: Text, minLength = 0, maxLength = 4, separator = " "): Text =>
  fc.array(part, { minLength, maxLength }).map((texts) => texts.join(separator));
const listed = (part: Text): Text => many(part, 1, 4, " , ");

// Words of the language are names too, but for those that ask something of the name before them.
const name = oneOf(
  "bank",
  "x_1",
  "ip.net",
  "body.user.name",
  "print.stack",
  "test",
  "mark",
  "on_it",
  "every",
  "paths",
);
const number = oneOf("0", "1", "42", "9009");
const percent = oneOf("5%", "0.1%", "100%");
const duration = oneOf("10m", "1.5h", "500ms", "90d");
const text = oneOf('""', '"a b"', '"\\"#{}\\u{1F600}"', '"https://x.example/"');
const path = oneOf("/", "/a/:b", "/api/*", "/v2/x-y;z(1)?q=1");
const url = oneOf("https://10.0.4.10:8443", "http://x.example/a");
const header = oneOf("x-app", "cookie", "Content-Type", "in");
const subject = oneOf(name, name, seq("header", header), seq("cookie", oneOf("sid", "any")));
const value = oneOf(
  text,
  number,
  "-2.5",
  "3.25",
  percent,
  duration,
  "192.0.2.1",
  "10.0.0.0/8",
  "2001:db8::/32",
  name,
);
const values = seq("[", oneOf(listed(value), seq(listed(value), ","), ""), "]");
const names = listed(name);
const key = oneOf(listed(subject), seq("(", listed(subject), ")"));
const target = seq(maybe("tagged"), name);
const support = seq("at least", number);
const junction = oneOf("and", "or");

const operator = oneOf(
  seq(
    oneOf("=", "!=", "<", "<=", ">", ">=", "contains", "ends"),
    oneOf(value, seq(oneOf("3x", "1.5x"), "usual")),
  ),
  seq(oneOf("in", "starts"), oneOf(values, value)),
  seq("matches", oneOf("/^bot/i", "/a\\/b {}#/", '/"/')),
  seq("differs", subject),
  oneOf("missing", "present", "known", "new", "held", "saturated"),
);
const comparison = seq(subject, fc.oneof({ weight: 4, arbitrary: operator }, fc.constant("")));

const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    { weight: 4, arbitrary: comparison },
    { weight: 1, arbitrary: seq("labelled", name) },
    { weight: 2, arbitrary: seq(oneOf("all", "any", "none"), "{", many(tie("condition")), "}") },
  ),
}));
const block = seq("{", many(condition), "}");

const fake = seq("fake", name, oneOf("", number, "1 .. 99", "-2.5 .. 3.5"), maybe("seeded by", subject));
const { json } = fc.letrec<{ json: string }>((tie) => {
  const pair = seq(oneOf("a", "x-y", "in", '"e-mail"'), ":", tie("json"));
  const inside = (part: Text) => oneOf("", listed(part), seq(listed(part), ","));
  return {
    json: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      { weight: 4, arbitrary: oneOf(text, number, "-1.5", "true", "false", "null", subject, fake) },
      { weight: 1, arbitrary: seq("{", inside(pair), "}") },
      { weight: 1, arbitrary: seq("[", inside(tie("json")), "]") },
    ),
  };
});
const jsonObject = json.map((inner) => `{ a : ${inner} , b : [ ] }`);

const responseTest = oneOf(seq("status", listed(oneOf(number, "200 .. 299"))), seq(subject, operator));
const outcomeKind = oneOf("success", "failure", "unknown_user", "locked", "challenge", "throttled");
const outcomeCase = seq(outcomeKind, responseTest, many(seq(junction, responseTest), 0, 2));
const source = seq(maybe("each"), maybe("response"), subject);
const front = seq(
  "front",
  name,
  "from",
  oneOf(values, name),
  maybe("{", many(seq(name, "header", header)), "}"),
);
const secret = seq("from", oneOf("env API_KEY", seq("file", text)));
const originOption = oneOf(
  seq("weight", number),
  seq(oneOf("ca", "sni", "certificate"), text),
  seq("key", secret),
  "insecure",
);
const appClause = oneOf(
  seq("tags", names),
  seq("hosts", listed(oneOf(name, "*.bank.example", "*", "10.0.0.1", text))),
  seq("origin", listed(seq(oneOf(url, text), many(originOption, 0, 3)))),
  seq("lock header", header, secret),
  seq("health", name, path, many(seq(oneOf("every", "timeout"), duration), 0, 2), maybe("rise", number)),
  seq("waits", many(seq(oneOf("connect", "answer", "body", "tunnel"), duration), 1, 4)),
  seq(
    "route",
    name,
    oneOf(name, "*"),
    path,
    maybe("when", comparison, many(seq(junction, comparison), 0, 2)),
    maybe("tagged", names),
  ),
  seq(
    "identify",
    oneOf("username", "password", "session"),
    "=",
    many(source, 1, 3, " | "),
    maybe("normalise", names),
  ),
  seq("outcome", name, maybe("at", names), many(outcomeCase, 1, 4)),
  seq("unidentified", names, oneOf("allow", "mark", "block")),
  seq("fail", oneOf("open", "closed")),
  seq("case", oneOf("sensitive", "insensitive"), "paths"),
  seq("ambiguous", oneOf("block", "mark")),
  seq("device_cookie", text, "for", duration),
  seq(
    "at_risk",
    many(oneOf(seq("labelled", names), seq("alert", name), seq("amount", subject, maybe("at", names))), 1, 3),
  ),
  front,
);

const listOption = oneOf(
  seq("format", name, maybe("column", number)),
  seq("refresh", duration),
  seq("max", number),
);
const list = seq(
  "list",
  name,
  ":",
  oneOf("asn", "cidr", "text"),
  oneOf(seq("=", values), seq("from", text, many(listOption))),
);
const fingerprint = seq("fingerprint", name, "{", many(seq("+", number, condition)), "match at", number, "}");
const counted = oneOf(
  "count",
  seq(oneOf("distinct", "new"), subject),
  seq("share", names),
  seq("gap", oneOf("", "median", "shortest")),
);
const measure = seq(
  "measure",
  name,
  "=",
  counted,
  "at",
  target,
  maybe("by", key),
  "over",
  duration,
  maybe(support),
);
const remember = seq("remember", name, "=", key, "at", target, "by", key, "for", duration);
const step = seq(target, maybe(support));
const sequence = seq(
  seq("sequence", name, "by", key, "within", duration, "{", step),
  many(oneOf(seq("then", step), seq("without", target))),
  "}",
);
const cohort = seq(
  "cohort",
  name,
  "{",
  many(oneOf(condition, seq("later", target, "within", duration))),
  "}",
);

const responseClause = oneOf(
  seq("status", number),
  seq("header", oneOf(header, text), text),
  seq("json", json),
  seq(oneOf("body", "html"), text),
  seq("latency", oneOf(seq("like", target), duration, seq(duration, "..", duration))),
);
const responseBody = seq("{", many(responseClause), "}");
const response = seq(
  "response",
  name,
  oneOf(responseBody, seq("like", target, maybe(outcomeKind), maybe(responseBody))),
);
const webhook = seq(
  "webhook",
  name,
  "POST",
  oneOf(text, url, secret),
  maybe("secret", secret),
  maybe("json", jsonObject),
);
const channel = seq(
  "channel",
  name,
  oneOf("slack", "email", "webhook"),
  oneOf(secret, listed(oneOf(text, url))),
);
const smtp = seq("smtp", name, text, many(oneOf(seq(oneOf("sender", "user"), text), seq("secret", secret))));

const effect = oneOf(
  seq("allow from", oneOf("all", names)),
  seq("block", maybe(number)),
  seq("deceive", name),
  seq("ratelimit", number, "per", duration, "by", key),
  seq("mark", text),
  seq("tarpit", duration),
  seq("label", name),
  seq("hold", key, "for", duration),
  seq("webhook", name, maybe(jsonObject), maybe(oneOf(seq("once per", key), seq("every", duration)))),
  seq(
    seq("alert", name, maybe("severity", oneOf("low", "medium", "high"))),
    maybe("once per", key),
    maybe("every", duration),
  ),
);
const over = oneOf(seq("over", duration), "else mark");
const policyClause = oneOf(
  seq("mode", oneOf("enforce", "shadow", "draft")),
  seq("priority", number),
  seq(oneOf("owner", "reason"), text),
  seq("rollout", percent, "by", key),
  seq("expires", oneOf("2027-01-31", "2027-01-31T10:00Z")),
  seq("adapt", oneOf("auto", "off")),
  seq(oneOf("when", "unless"), block),
  seq("then {", many(effect), "}"),
  seq("cap {", many(oneOf(over, seq(name, "<", percent))), "}"),
  seq("guard {", many(oneOf(over, support, seq("holdout", name, oneOf("<", ">", "<=", ">="), percent))), "}"),
);
const policy = seq("policy", name, "on", listed(target), "{", many(policyClause, 0, 6), "}");

const requestPart = oneOf(
  seq("body", json),
  seq("form", jsonObject),
  seq(subject, oneOf(values, value, "missing")),
);
const requestParts = seq("{", oneOf("", listed(requestPart), seq(listed(requestPart), ",")), "}");
const sendOption = oneOf(
  seq("varying", subject, maybe("from", oneOf(values, name))),
  seq("times", number),
  seq("every", duration),
  seq("with", requestParts),
  seq("latency", duration),
  seq("answering", oneOf(seq("status", number), responseBody, "login.failure")),
);
const expectation = oneOf(
  oneOf("allow", "deceive", "ratelimit", "tarpit", "hold"),
  seq("block", maybe(number)),
  seq("status", number),
  seq(oneOf("response", "label", "webhook", "alert", "withheld"), name),
  seq("mark", maybe(text)),
);
const statement = oneOf(
  seq("send", name, many(sendOption)),
  seq("expect", oneOf("", "all", "any", "none"), expectation, maybe("by", name)),
  seq("explain contains", text),
  seq("after", duration),
  seq("at", "2026-01-01T10:00:30Z"),
  seq(oneOf("rollout", "holdout"), percent),
  seq("usual", name, value),
);
const testClause = oneOf(
  seq("let", name, "= POST", path, maybe(requestParts)),
  seq("case", text, "{", many(statement), "}"),
);
const testDeclaration = seq("test", name, "{", many(testClause), "}");

const declaration = oneOf(
  seq("app", name, "{", many(appClause, 0, 6), "}"),
  list,
  fingerprint,
  measure,
  remember,
  sequence,
  cohort,
  response,
  webhook,
  channel,
  smtp,
  policy,
  testDeclaration,
);

/** A program as one line of tokens with single spaces. */
export const programText: Text = many(declaration, 0, 5);

const space = fc.oneof(
  { weight: 12, arbitrary: fc.constant(" ") },
  { weight: 3, arbitrary: fc.constantFrom("\n", "\t", "\r\n  ") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("\n\n", "\n\n\n", " # behind\n", "\n# own {\n", "\n\n  #own\n\n# two\n"),
  },
);

/** The same programs with any line ends and comments between their tokens. */
export const shakenProgram: Text = programText.chain((text) => {
  const { tokens } = policyLexer.tokenize(text);
  return fc
    .array(space, { minLength: tokens.length + 1, maxLength: tokens.length + 1, size: "max" })
    .map((spaces) => tokens.map((token, index) => `${spaces[index]}${token.image}`).join("") + spaces.at(-1));
});
