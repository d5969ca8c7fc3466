/** The words and signs of the language. Keywords are also names wherever nothing else could be meant. */
import { type CustomPatternMatcherFunc, createToken, type IToken, Lexer, type TokenType } from "chevrotain";

/** Any keyword or word: header names, JSON keys. */
export const AnyWord = createToken({ name: "AnyWord", pattern: Lexer.NA });
/** A word that may name something: every word but the reserved ones. */
export const Name = createToken({ name: "Name", pattern: Lexer.NA });

/** A name, also dotted (`ip.asn`, `bank.login`) or with hyphens (`x-app-version`). */
const Word = createToken({
  name: "Word",
  pattern: /[A-Za-z_][A-Za-z0-9_]*(?:[.-]+[A-Za-z0-9_]+)*/,
  categories: [Name, AnyWord],
});

const keyword = (name: string, text: string) =>
  createToken({ name, pattern: text, longer_alt: Word, categories: [Name, AnyWord] });
// Reserved words start or end something inside a block, so a forgotten brace cannot make names of them.
const reserved = (name: string, text: string) =>
  createToken({ name, pattern: text, longer_alt: Word, categories: [AnyWord] });

export const App = reserved("App", "app");
export const List = reserved("List", "list");
export const Fingerprint = reserved("Fingerprint", "fingerprint");
export const Measure = reserved("Measure", "measure");
export const Response = reserved("Response", "response");
export const Policy = reserved("Policy", "policy");
export const On = reserved("On", "on");
export const Mode = reserved("Mode", "mode");
export const Priority = reserved("Priority", "priority");
export const When = reserved("When", "when");
export const Unless = reserved("Unless", "unless");
export const Then = reserved("Then", "then");
export const All = reserved("All", "all");
export const Any = reserved("Any", "any");
export const None = reserved("None", "none");
export const Header = reserved("Header", "header");
export const Cookie = reserved("Cookie", "cookie");
export const In = reserved("In", "in");
export const Contains = reserved("Contains", "contains");
export const Starts = reserved("Starts", "starts");
export const Ends = reserved("Ends", "ends");
export const Matches = reserved("Matches", "matches");
export const Missing = reserved("Missing", "missing");
export const Present = reserved("Present", "present");
export const Match = reserved("Match", "match");

export const Tags = keyword("Tags", "tags");
export const Hosts = keyword("Hosts", "hosts");
export const Origin = keyword("Origin", "origin");
export const Route = keyword("Route", "route");
export const Tagged = keyword("Tagged", "tagged");
const Everything = keyword("Everything", "everything");
export const Identify = keyword("Identify", "identify");
export const Username = keyword("Username", "username");
export const Password = keyword("Password", "password");
export const Session = keyword("Session", "session");
export const OutcomeWord = keyword("OutcomeWord", "outcome");
export const Success = keyword("Success", "success");
export const Failure = keyword("Failure", "failure");
export const UnknownUser = keyword("UnknownUser", "unknown_user");
export const Locked = keyword("Locked", "locked");
export const Status = keyword("Status", "status");
export const And = keyword("And", "and");
export const Or = keyword("Or", "or");
export const From = keyword("From", "from");
export const At = keyword("At", "at");
export const By = keyword("By", "by");
export const Over = keyword("Over", "over");
export const Count = keyword("Count", "count");
export const Distinct = keyword("Distinct", "distinct");
export const Json = keyword("Json", "json");
export const Body = keyword("Body", "body");
export const Html = keyword("Html", "html");
export const Enforce = keyword("Enforce", "enforce");
export const Shadow = keyword("Shadow", "shadow");
export const Owner = keyword("Owner", "owner");
export const ReasonWord = keyword("ReasonWord", "reason");
export const Allow = keyword("Allow", "allow");
export const Block = keyword("Block", "block");
export const Deceive = keyword("Deceive", "deceive");
export const Label = keyword("Label", "label");
export const True = keyword("True", "true");
export const False = keyword("False", "false");
export const Null = keyword("Null", "null");

// A slash opens a pattern only after `matches`; anywhere else it opens a path, which may hold nearly anything.
const afterMatches = (sticky: RegExp, wanted: boolean): CustomPatternMatcherFunc => {
  return (text, offset, tokens: IToken[]) => {
    if (text.charCodeAt(offset) !== 47 || (tokens.at(-1)?.tokenType === Matches) !== wanted) return null;
    sticky.lastIndex = offset;
    return sticky.exec(text);
  };
};

export const Pattern = createToken({
  name: "Pattern",
  pattern: afterMatches(/\/(?:[^/\\\r\n]|\\[^\r\n])+\/[a-z]*/y, true),
  line_breaks: false,
  start_chars_hint: ["/"],
});
export const Path = createToken({
  name: "Path",
  pattern: afterMatches(/\/[^\s#{}"]*/y, false),
  line_breaks: false,
  start_chars_hint: ["/"],
});

export const Url = createToken({ name: "Url", pattern: /https?:\/\/[^\s#,{}"]+/ });
export const WildcardHost = createToken({ name: "WildcardHost", pattern: /\*\.[A-Za-z0-9_.-]+/ });
export const Text = createToken({ name: "Text", pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*"/ });
export const OpenText = createToken({ name: "OpenText", pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*\\?/ });
export const Ipv6 = createToken({
  name: "Ipv6",
  pattern: /[0-9a-fA-F]{0,4}:[0-9a-fA-F]{0,4}:[0-9a-fA-F:.]*(?:\/\d+)?/,
});
export const Ipv4 = createToken({ name: "Ipv4", pattern: /\d+\.\d+\.\d+\.\d+(?:\/\d+)?/ });
export const Duration = createToken({ name: "Duration", pattern: /\d+(?:\.\d+)?[A-Za-z]+/ });
export const Percent = createToken({ name: "Percent", pattern: /\d+(?:\.\d+)?%/ });
export const Decimal = createToken({ name: "Decimal", pattern: /-?\d+\.\d+|-\d+/ });
export const Int = createToken({ name: "Int", pattern: /\d+/ });

export const OpenBrace = createToken({ name: "OpenBrace", pattern: "{" });
export const CloseBrace = createToken({ name: "CloseBrace", pattern: "}" });
export const OpenBracket = createToken({ name: "OpenBracket", pattern: "[" });
export const CloseBracket = createToken({ name: "CloseBracket", pattern: "]" });
export const Comma = createToken({ name: "Comma", pattern: "," });
export const Colon = createToken({ name: "Colon", pattern: ":" });
export const Pipe = createToken({ name: "Pipe", pattern: "|" });
export const Plus = createToken({ name: "Plus", pattern: "+" });
export const Star = createToken({ name: "Star", pattern: "*" });
export const NotEqual = createToken({ name: "NotEqual", pattern: "!=" });
export const AtMost = createToken({ name: "AtMost", pattern: "<=" });
export const AtLeast = createToken({ name: "AtLeast", pattern: ">=" });
export const Below = createToken({ name: "Below", pattern: "<" });
export const Above = createToken({ name: "Above", pattern: ">" });
export const Equal = createToken({ name: "Equal", pattern: "=" });

// Whatever no token starts with, so that the lexer never has to search for a place to go on from.
export const Unknown = createToken({
  name: "Unknown",
  pattern: /[^A-Za-z0-9_"{}[\],:|+*<>=!/# \t\r\n\uFEFF-]+|[!/-]/,
  line_breaks: true,
});

const Space = createToken({
  name: "Space",
  pattern: /[ \t\r\n\uFEFF]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
const Comment = createToken({ name: "Comment", pattern: /#[^\n]*/, group: "comments" });

const declarationWords = [App, List, Fingerprint, Measure, Response, Policy];
const policyWords = [On, Mode, Priority, When, Unless, Then, All, Any, None, Header, Cookie];
const operatorWords = [In, Contains, Starts, Ends, Matches, Missing, Present, Match];
const appWords = [Tags, Hosts, Origin, Route, Tagged, Everything, Identify, Username, Password, Session];
const outcomeWords = [OutcomeWord, Success, Failure, UnknownUser, Locked, Status, And, Or];
const smallWords = [
  From,
  At,
  By,
  Over,
  Count,
  Distinct,
  Json,
  Body,
  Html,
  Enforce,
  Shadow,
  Owner,
  ReasonWord,
];
const effectWords = [Allow, Block, Deceive, Label, True, False, Null];
const literals = [
  Url,
  WildcardHost,
  Text,
  OpenText,
  Ipv6,
  Ipv4,
  Duration,
  Percent,
  Decimal,
  Int,
  Pattern,
  Path,
];
const signs = [
  OpenBrace,
  CloseBrace,
  OpenBracket,
  CloseBracket,
  Comma,
  Colon,
  Pipe,
  Plus,
  Star,
  NotEqual,
  AtMost,
];
const comparisons = [AtLeast, Below, Above, Equal];

const lengthOf = ({ PATTERN }: TokenType) => (typeof PATTERN === "string" ? PATTERN.length : 0);

// The longer of two words with the same start is tried first: `allow` before `all`.
const keywords = [
  ...declarationWords,
  ...policyWords,
  ...operatorWords,
  ...appWords,
  ...outcomeWords,
  ...smallWords,
  ...effectWords,
].sort((left, right) => lengthOf(right) - lengthOf(left));

/** Words that cannot name anything. */
export const reservedWords: readonly TokenType[] = [...declarationWords, ...policyWords, ...operatorWords];

/** Every token, in the order in which they are tried. */
export const allTokens: TokenType[] = [
  Space,
  Comment,
  ...literals,
  ...keywords,
  Word,
  ...signs,
  ...comparisons,
  Unknown,
  AnyWord,
  Name,
];

/** Splits text into tokens with offsets; comments land in the group `comments`. */
export const policyLexer = new Lexer(allTokens, { positionTracking: "full" });
