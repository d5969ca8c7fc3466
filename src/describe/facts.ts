/** What is known of one request, each fact computed when it is first asked for; a fast path asks for little. */
import type { Place } from "../../dsl/index.ts";
import type { EdgeRequest } from "../accept/edge-request.ts";
import { type IpAddress, networkKey } from "../accept/ip-address.ts";
import type { TlsArrival } from "../accept/tls/tls-acceptor.ts";
import type { AccountPast, AccountRisk } from "./account-past.ts";
import {
  type BodyDocument,
  bodyField,
  bodyFields,
  bodyKind,
  isAmbiguous,
  jsonScalar,
  mediaType,
  readBody,
} from "./body-fields.ts";
import { type CanonicalPath, canonicalPath } from "./canonical-path.ts";
import { loginsOn } from "./connection-logins.ts";
import { parseCookies } from "./cookies.ts";
import type { AppDevices } from "./device-cookie.ts";
import type {
  FrontStatement,
  Http2Facts,
  NetworkFacts,
  Placement,
  Prints,
  SaidFacts,
  SessionAccounts,
  SubjectEvidence,
} from "./fact-sources.ts";
import type { Flow } from "./flow.ts";
import { mayOverrideMethod, otherMethods, otherPaths } from "./other-readings.ts";
import { parsePairs, type QueryPair, valuesByName } from "./query.ts";
import { type RequestKind, requestKind } from "./request-kind.ts";
import { readUserAgent, type UserAgentClaims } from "./user-agent.ts";

const unknownNetwork: NetworkFacts = {
  asn: undefined,
  asName: undefined,
  country: undefined,
  networkClass: undefined,
};
const noPrints: Prints = {
  skeleton: "",
  shape: undefined,
  stack: undefined,
  locale: undefined,
  cookies: undefined,
};
const noParameters: Readonly<Record<string, string>> = Object.freeze(Object.create(null));
const noPairs: readonly QueryPair[] = [];
const noPlaces: readonly Place<Facts>[] = [];
const noPast: AccountPast = {};
const nothingSaid: SaidFacts = { past: noPast, logins: undefined };
const noTexts: readonly string[] = [];
const noCookies: ReadonlyMap<string, string> = new Map();
const noClaims: UserAgentClaims = { browser: undefined, version: undefined, os: undefined, isBot: false };

/** One request's facts; reading one never throws, and the same fact is computed once. */
export class Facts {
  readonly request: EdgeRequest;
  /** When the request is judged, ms since the epoch. */
  readonly now: number;
  /** Set by enrich. */
  network: NetworkFacts = unknownNetwork;
  /** Set by routing. */
  placement: Placement | undefined = undefined;
  /** Set by routing, for apps with fronts. */
  front: FrontStatement | undefined = undefined;
  /** Set by routing: where other readings of the request land, if on routes of their own. */
  alsoPlaced: readonly Place<Facts>[] = noPlaces;
  /** Set by routing: a form's `_method` would lead elsewhere. */
  readsFormMethod = false;
  /** Set by judging: every username of a batch. */
  usernames: readonly string[] | undefined = undefined;
  /** Set by judging; answers while the request lives. */
  evidence: SubjectEvidence | undefined = undefined;
  /** Set by judging, for apps whose devices get a cookie. */
  devices: AppDevices | undefined = undefined;
  /** Set by fingerprint. */
  prints: Prints = noPrints;
  /** Said by tests; what they do not say is looked up. */
  said: SaidFacts = nothingSaid;
  /** Set by judging, where a live policy asks; said by tests. */
  flow: Flow | undefined = undefined;
  #target: CanonicalPath | undefined = undefined;
  #mayOverride: boolean | undefined = undefined;
  #contentType: string | false | undefined = undefined;
  #kind: RequestKind | undefined = undefined;
  #ipNet: string | undefined = undefined;
  #queryPairs: readonly QueryPair[] | undefined = undefined;
  #query: ReadonlyMap<string, string | undefined> | undefined = undefined;
  #cookies: ReadonlyMap<string, string> | undefined = undefined;
  #claims: UserAgentClaims | undefined = undefined;
  #document: BodyDocument | false | undefined = undefined;
  #bodyPath: string | undefined = undefined;
  #bodyText: string | undefined = undefined;
  #foundPast: { readonly account: string; readonly past: AccountPast } | undefined = undefined;

  constructor(request: EdgeRequest, now: number) {
    this.request = request;
    this.now = now;
  }

  get method(): string {
    return this.request.method;
  }

  /** The Host field in lower case, without port and without the root's dot. */
  get host(): string {
    return hostNames.get(this.request.host) ?? learnHostName(this.request.host);
  }

  /** The canonical path; "*" for OPTIONS *. */
  get path(): string {
    return this.#canonical().path;
  }

  /** True where the origin could read another path than `path`. */
  get isPathAmbiguous(): boolean {
    return this.#canonical().ambiguous;
  }

  /** False where the origin could take it for a request of another path or method; nearly all have one reading. */
  get hasOneReading(): boolean {
    const { isAsSent, query } = this.#canonical();
    this.#mayOverride ??= mayOverrideMethod(this.request.lowerNames, query);
    return isAsSent && !this.readsFormMethod && !this.#mayOverride;
  }

  /** Canonical paths that the target could also stand for. */
  get otherPaths(): readonly string[] {
    return this.#canonical().isAsSent ? noTexts : otherPaths(this.request.target);
  }

  /** Methods that a header, the query or a form asks for instead, upper case. */
  get otherMethods(): readonly string[] {
    const { method, lowerNames, values } = this.request;
    this.#mayOverride ??= mayOverrideMethod(lowerNames, this.#canonical().query);
    if (!this.readsFormMethod && !this.#mayOverride) return noTexts;
    const document = this.readsFormMethod ? this.bodyDocument : undefined;
    return otherMethods({ method, lowerNames, values, queryPairs: this.queryPairs, document });
  }

  get pathParameters(): Readonly<Record<string, string>> {
    return this.placement?.pathParameters ?? noParameters;
  }

  /** All decoded pairs of the query, in order. */
  get queryPairs(): readonly QueryPair[] {
    if (this.#queryPairs === undefined) {
      const { query } = this.#canonical();
      this.#queryPairs = query === "" ? noPairs : parsePairs(query);
    }
    return this.#queryPairs;
  }

  /** The decoded value of a query parameter; undefined too when it comes twice with different values. */
  query(name: string): string | undefined {
    this.#query ??= valuesByName(this.queryPairs);
    return this.#query.get(name);
  }

  /** The field's values joined by ", " (RFC 9110 §5.3); undefined when it was not sent. */
  header(lowerName: string): string | undefined {
    const { lowerNames, values } = this.request;
    let found = -1;
    for (let index = 0; index < lowerNames.length; index++) {
      if (lowerNames[index] !== lowerName) continue;
      if (found >= 0) return this.#headerValues(lowerName).join(", ");
      found = index;
    }
    return found < 0 ? undefined : values[found];
  }

  /** Lower-case field names in the order sent, repeated ones included. */
  get headerOrder(): readonly string[] {
    return this.request.lowerNames;
  }

  /** A cookie's value as sent; the first of several of one name. */
  cookie(name: string): string | undefined {
    return this.#cookieJar().get(name);
  }

  /** The names of all cookies in the order sent, each once. */
  get cookieNames(): readonly string[] {
    return [...this.#cookieJar().keys()];
  }

  /** Type and subtype in lower case, without parameters; undefined when there is no Content-Type. */
  get contentType(): string | undefined {
    if (this.#contentType === undefined) {
      const value = this.request.header("content-type");
      this.#contentType = value === undefined ? false : mediaType(value);
    }
    return this.#contentType === false ? undefined : this.#contentType;
  }

  /** The scalar at a dotted path of a JSON or form body; undefined if missing, unreadable or readable in two ways. */
  body(path: string): string | undefined {
    if (this.#document === undefined) {
      if (this.#bodyPath === path) return this.#bodyText;
      // One field alone is looked for; from the second on, a document of all of them is worth its price.
      if (this.#bodyPath === undefined && bodyKind(this.request) === "json") {
        this.#bodyPath = path;
        this.#bodyText = jsonScalar(this.request, path);
        return this.#bodyText;
      }
    }
    const document = this.bodyDocument;
    return document && bodyField(document, path);
  }

  /** As `body`, in each element of the lists on the path's way; what cannot be read is undefined. */
  bodyEach(path: string): readonly (string | undefined)[] {
    const document = this.bodyDocument;
    return document ? bodyFields(document, path) : [];
  }

  /** The parsed body; undefined until it is buffered, and when it cannot be read. */
  get bodyDocument(): BodyDocument | undefined {
    if (this.#document === undefined) {
      const { framing, buffered } = this.request.body;
      // Before the body is buffered there is nothing to remember.
      if (framing !== "none" && buffered === undefined) return undefined;
      this.#document = framing === "none" ? false : (readBody(this.request) ?? false);
    }
    return this.#document === false ? undefined : this.#document;
  }

  /** True where there is a body that cannot be read, or of which some part can be read in two ways. */
  get isBodyAmbiguous(): boolean {
    const { framing, buffered } = this.request.body;
    if (framing === "none" || buffered?.length === 0) return false;
    const document = this.bodyDocument;
    return document === undefined || isAmbiguous(document);
  }

  /** Bytes of the body; of a chunked body what was buffered, a lower bound, and undefined before that. */
  get bodySize(): number | undefined {
    const { framing, length, buffered } = this.request.body;
    return framing === "none" ? 0 : (length ?? buffered?.length);
  }

  get ip(): IpAddress {
    return this.front ? this.front.client : this.request.client;
  }

  /** The account that the session was opened for, else the username that the request itself carries. */
  get account(): string | undefined {
    return this.placement?.username ?? this.#opened()?.account;
  }

  /** The account that the session was opened for; never what the request itself claims. */
  get sessionAccount(): string | undefined {
    return this.#opened()?.account;
  }

  /** `account` as it was written, where that differs. */
  get writtenAccount(): string | undefined {
    return this.placement?.username === undefined ? this.writtenSessionAccount : this.placement.written;
  }

  /** `sessionAccount` as it was written at the login, where that differs. */
  get writtenSessionAccount(): string | undefined {
    return this.#opened()?.written;
  }

  /** Whom the request is about: at attempts the username, elsewhere whose session it is. */
  get subject(): string | undefined {
    if (this.placement?.isAttempt) return this.placement.username;
    return this.#opened()?.account ?? this.placement?.username;
  }

  /** What is known of the subject from before; nothing where nobody keeps it. */
  get accountPast(): AccountPast {
    const histories = this.evidence?.history;
    const account = histories && this.subject;
    if (account === undefined) return this.said.past;
    if (this.#foundPast?.account !== account) {
      const past = histories?.find(account, this.prints.stack, this.ipNet, this.now) ?? noPast;
      this.#foundPast = { account, past: { ...past, ...this.said.past } };
    }
    return this.#foundPast.past;
  }

  /** How it stands with the subject where it was taken over. */
  get accountRisk(): AccountRisk | undefined {
    const { risk } = this.said.past;
    if (risk !== undefined) return risk;
    const risks = this.evidence?.risks;
    const account = risks && this.subject;
    if (account === undefined || !this.placement) return undefined;
    return risks?.find(this.placement.app, account);
  }

  /** The session was opened with another stack than comes with it now; undefined where one of both is not known. */
  get hasChangedStack(): boolean | undefined {
    const said = this.said.past.hasChangedStack;
    if (said !== undefined) return said;
    const then = this.#opened()?.stack;
    const stack = then === undefined ? undefined : this.prints.stack;
    return stack === undefined ? undefined : stack !== then;
  }

  /** The device that the edge's own cookie proves, where the request's subject has signed in on it. */
  get device(): string | undefined {
    const said = this.said.past.device;
    if (said !== undefined || !this.devices) return said;
    const { cookies, scope } = this.devices;
    const value = this.cookie(scope.name);
    const account = value === undefined ? undefined : this.subject;
    return account === undefined ? undefined : cookies.read(value ?? "", scope, account, this.now);
  }

  /** Since when the session is its account's, in ms; undefined where that was not seen. */
  get sessionAge(): number | undefined {
    const opened = this.#opened();
    return opened && Math.max(0, this.now - opened.at);
  }

  /** The client's TLS; undefined on plain HTTP, and behind a trusted front, whose own connection this is. */
  get tls(): TlsArrival | undefined {
    const { client, connection } = this.request;
    if (this.front) return undefined;
    // A front that forwards nobody's address speaks for itself, and then client and peer are one object.
    return client === connection.peer ? connection.tls : undefined;
  }

  /** The client's HTTP/2 stack; undefined on HTTP/1, and behind a trusted front as `tls` is. */
  get http2(): Http2Facts | undefined {
    const { connection, http2 } = this.request;
    if (!http2 || !connection.http2 || !this.tls) return undefined;
    return { arrival: connection.http2, marks: http2 };
  }

  /** The round-trip time of the client's own connection, ms; undefined behind a front. */
  get roundTripMs(): number | undefined {
    const { client, connection } = this.request;
    return this.front || client !== connection.peer ? undefined : connection.tcp?.roundTripMs;
  }

  /** Login attempts on this connection, the one being judged included. */
  get connectionLogins(): number {
    return this.said.logins ?? loginsOn(this.request.connection);
  }

  /** The address as measures key it: IPv4 whole, IPv6 its /64. */
  get ipNet(): string {
    this.#ipNet ??= networkKey(this.ip);
    return this.#ipNet;
  }

  get requestKind(): RequestKind {
    this.#kind ??= requestKind(this);
    return this.#kind;
  }

  /** User-Agent as sent. */
  get userAgent(): string | undefined {
    return this.header("user-agent");
  }

  /** What the User-Agent claims. */
  get userAgentClaims(): UserAgentClaims {
    if (!this.#claims) {
      const value = this.userAgent;
      this.#claims = value === undefined ? noClaims : readUserAgent(value);
    }
    return this.#claims;
  }

  #opened(): ReturnType<SessionAccounts["find"]> {
    const session = this.placement?.session;
    return session === undefined ? undefined : this.evidence?.sessions.find(session, this.now);
  }

  #canonical(): CanonicalPath {
    this.#target ??= canonicalPath(this.request.target);
    return this.#target;
  }

  #cookieJar(): ReadonlyMap<string, string> {
    if (this.#cookies === undefined) {
      const hasCookies = this.request.lowerNames.includes("cookie");
      this.#cookies = hasCookies ? parseCookies(this.#headerValues("cookie")) : noCookies;
    }
    return this.#cookies;
  }

  #headerValues(lowerName: string): string[] {
    return this.request.values.filter((_, index) => this.request.lowerNames[index] === lowerName);
  }
}

/** A site has few names; hostile ones end the learning. */
const hostNames = new Map<string, string>();
const maxHostNames = 1024;

function learnHostName(field: string): string {
  const name = hostName(field);
  if (hostNames.size < maxHostNames) hostNames.set(field, name);
  return name;
}

function hostName(field: string): string {
  const bracket = field.startsWith("[") ? field.indexOf("]") + 1 : 0;
  const colon = field.indexOf(":", bracket);
  let name = colon < 0 ? field : field.slice(0, colon);
  if (name.endsWith(".")) name = name.slice(0, -1);
  return name.toLowerCase();
}
