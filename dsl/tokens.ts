/** The words and signs of the language. Keywords are also names wherever nothing else could be meant. */
import {
  type CustomPatternMatcherFunc,
  createToken,
  type ILexingResult,
  type IToken,
  Lexer,
  type TokenType,
} from "chevrotain";

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

const words: TokenType[] = [];
const reservedOnes: TokenType[] = [];

/** Words that cannot name anything. */
export const reservedWords: readonly TokenType[] = reservedOnes;

function keyword(name: string, text: string): TokenType {
  const word = createToken({ name, pattern: text, categories: [Name, AnyWord] });
  words.push(word);
  return word;
}

// Reserved words start or end something inside a block, so a forgotten brace cannot make names of them.
function reserved(name: string, text: string): TokenType {
  const word = createToken({ name, pattern: text, categories: [AnyWord] });
  words.push(word);
  reservedOnes.push(word);
  return word;
}

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
keyword("Everything", "everything");
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

export const Weight = keyword("Weight", "weight");
export const Each = keyword("Each", "each");
export const Normalise = keyword("Normalise", "normalise");
export const Challenge = keyword("Challenge", "challenge");
export const Throttled = keyword("Throttled", "throttled");
export const Unidentified = keyword("Unidentified", "unidentified");
export const Fail = keyword("Fail", "fail");
export const Open = keyword("Open", "open");
export const Closed = keyword("Closed", "closed");
export const Front = keyword("Front", "front");
export const CaseWord = keyword("CaseWord", "case");
export const Sensitive = keyword("Sensitive", "sensitive");
export const Insensitive = keyword("Insensitive", "insensitive");
export const Paths = keyword("Paths", "paths");
export const Ambiguous = keyword("Ambiguous", "ambiguous");
export const DeviceCookie = keyword("DeviceCookie", "device_cookie");
export const AtRisk = keyword("AtRisk", "at_risk");
export const Amount = keyword("Amount", "amount");

export const Ca = keyword("Ca", "ca");
export const Sni = keyword("Sni", "sni");
export const Certificate = keyword("Certificate", "certificate");
export const Key = keyword("Key", "key");
export const Insecure = keyword("Insecure", "insecure");
export const Lock = keyword("Lock", "lock");
export const Health = keyword("Health", "health");
export const Timeout = keyword("Timeout", "timeout");
export const Rise = keyword("Rise", "rise");
export const Fall = keyword("Fall", "fall");
export const Waits = keyword("Waits", "waits");
export const Connect = keyword("Connect", "connect");
export const Answer = keyword("Answer", "answer");
export const Tunnel = keyword("Tunnel", "tunnel");

export const Format = keyword("Format", "format");
export const Column = keyword("Column", "column");
export const Refresh = keyword("Refresh", "refresh");
export const Max = keyword("Max", "max");
export const Share = keyword("Share", "share");
export const New = keyword("New", "new");
export const Gap = keyword("Gap", "gap");
export const Least = keyword("Least", "least");
export const Shortest = keyword("Shortest", "shortest");
export const Median = keyword("Median", "median");
export const Remember = keyword("Remember", "remember");
export const For = keyword("For", "for");
export const Known = keyword("Known", "known");
export const Differs = keyword("Differs", "differs");
export const Sequence = keyword("Sequence", "sequence");
export const Within = keyword("Within", "within");
export const Without = keyword("Without", "without");
export const Usual = keyword("Usual", "usual");
export const Labelled = keyword("Labelled", "labelled");
export const Held = keyword("Held", "held");
export const Saturated = keyword("Saturated", "saturated");
export const Cohort = keyword("Cohort", "cohort");
export const Later = keyword("Later", "later");

export const Like = keyword("Like", "like");
export const Fake = keyword("Fake", "fake");
export const Seeded = keyword("Seeded", "seeded");
export const Latency = keyword("Latency", "latency");

export const Draft = keyword("Draft", "draft");
export const Rollout = keyword("Rollout", "rollout");
export const Expires = keyword("Expires", "expires");
export const Adapt = keyword("Adapt", "adapt");
export const Auto = keyword("Auto", "auto");
export const Off = keyword("Off", "off");
export const Cap = keyword("Cap", "cap");
export const Guard = keyword("Guard", "guard");
export const Holdout = keyword("Holdout", "holdout");
export const Else = keyword("Else", "else");
export const Ratelimit = keyword("Ratelimit", "ratelimit");
export const Per = keyword("Per", "per");
export const Mark = keyword("Mark", "mark");
export const Tarpit = keyword("Tarpit", "tarpit");
export const Hold = keyword("Hold", "hold");
export const Webhook = keyword("Webhook", "webhook");
export const Alert = keyword("Alert", "alert");
export const Severity = keyword("Severity", "severity");
export const Low = keyword("Low", "low");
export const Medium = keyword("Medium", "medium");
export const High = keyword("High", "high");
export const Once = keyword("Once", "once");
export const Every = keyword("Every", "every");

export const Channel = keyword("Channel", "channel");
export const Smtp = keyword("Smtp", "smtp");
export const Sender = keyword("Sender", "sender");
export const User = keyword("User", "user");
export const Secret = keyword("Secret", "secret");
export const Env = keyword("Env", "env");
export const File = keyword("File", "file");

export const Withheld = keyword("Withheld", "withheld");
export const TestWord = keyword("TestWord", "test");
export const Let = keyword("Let", "let");
export const Send = keyword("Send", "send");
export const Varying = keyword("Varying", "varying");
export const Times = keyword("Times", "times");
export const With = keyword("With", "with");
export const Answering = keyword("Answering", "answering");
export const Expect = keyword("Expect", "expect");
export const Explain = keyword("Explain", "explain");
export const After = keyword("After", "after");
export const Form = keyword("Form", "form");

// A slash opens a pattern only after `matches`; anywhere else it opens a path, which may hold nearly anything.
const afterMatches = (sticky: RegExp, wanted: boolean): CustomPatternMatcherFunc => {
  return (text, offset, tokens: IToken[]) => {
    if (text.charCodeAt(offset) !== 47 || (tokens.at(-1)?.image === "matches") !== wanted) return null;
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

export const Url = createToken({ name: "Url", pattern: /(?:https?:\/\/|unix:\/)[^\s#,{}"]+/ });
export const WildcardHost = createToken({ name: "WildcardHost", pattern: /\*\.[A-Za-z0-9_.-]+/ });
export const Text = createToken({ name: "Text", pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*"/ });
export const OpenText = createToken({ name: "OpenText", pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*\\?/ });
export const Ipv6 = createToken({
  name: "Ipv6",
  pattern: /[0-9a-fA-F]{0,4}:[0-9a-fA-F]{0,4}:[0-9a-fA-F:.]*(?:\/\d+)?/,
});
export const Ipv4 = createToken({ name: "Ipv4", pattern: /\d+\.\d+\.\d+\.\d+(?:\/\d+)?/ });
/** How many times the usual: `3x`. */
export const Factor = createToken({ name: "Factor", pattern: /\d+(?:\.\d+)?x(?![A-Za-z0-9_])/ });
export const DateTime = createToken({
  name: "DateTime",
  pattern: /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z)?/,
});
export const Duration = createToken({ name: "Duration", pattern: /\d+(?:\.\d+)?[A-Za-z]+/ });
export const Percent = createToken({ name: "Percent", pattern: /\d+(?:\.\d+)?%/ });
export const Decimal = createToken({ name: "Decimal", pattern: /-?\d+\.\d+|-\d+/ });
export const Int = createToken({ name: "Int", pattern: /\d+/ });

export const OpenBrace = createToken({ name: "OpenBrace", pattern: "{" });
export const CloseBrace = createToken({ name: "CloseBrace", pattern: "}" });
export const OpenBracket = createToken({ name: "OpenBracket", pattern: "[" });
export const CloseBracket = createToken({ name: "CloseBracket", pattern: "]" });
export const OpenParenthesis = createToken({ name: "OpenParenthesis", pattern: "(" });
export const CloseParenthesis = createToken({ name: "CloseParenthesis", pattern: ")" });
export const To = createToken({ name: "To", pattern: ".." });
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
  pattern: /[^A-Za-z0-9_"{}[\]().,:|+*<>=!/# \t\r\n\uFEFF-]+|[!/.-]/,
  line_breaks: true,
});

const Space = createToken({
  name: "Space",
  pattern: /[ \t\r\n\uFEFF]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});
const Comment = createToken({ name: "Comment", pattern: /#[^\n]*/, group: "comments" });

const literals = [
  Url,
  WildcardHost,
  Text,
  OpenText,
  Ipv6,
  Ipv4,
  DateTime,
  Factor,
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
  OpenParenthesis,
  CloseParenthesis,
  To,
  Comma,
  Colon,
  Pipe,
  Plus,
  Star,
  NotEqual,
  AtMost,
  AtLeast,
  Below,
  Above,
  Equal,
];

/** Every token of the grammar. */
export const allTokens: TokenType[] = [
  Space,
  Comment,
  ...literals,
  ...words,
  Word,
  ...signs,
  Unknown,
  AnyWord,
  Name,
];

const wordTypes = new Map(words.map((type) => [type.PATTERN, type]));

// Words of the language are told from names by look-up: trying a hundred patterns at every name takes twice as long.
const lexer = new Lexer(
  allTokens.filter((type) => !words.includes(type)),
  { positionTracking: "full" },
);

/** Splits text into tokens with offsets; comments land in the group `comments`. */
export const policyLexer = {
  tokenize(text: string): ILexingResult {
    const lexed = lexer.tokenize(text);
    for (const token of lexed.tokens) {
      const type = token.tokenType === Word ? wordTypes.get(token.image) : undefined;
      if (!type) continue;
      token.tokenType = type;
      token.tokenTypeIdx = type.tokenTypeIdx ?? 0;
    }
    return lexed;
  },
};
