/** What a request's facts are made of, beside the request itself: what other stages find out and set. */
import type { Http2Marks } from "../accept/edge-request.ts";
import type { Http2Arrival } from "../accept/http2/http2-arrival.ts";
import type { IpAddress } from "../accept/ip-address.ts";
import type { AccountHistories, AccountPast, RiskyAccounts } from "./account-past.ts";

/** What HTTP/2 shows of a client: its connection's beginning, and how it carried this request. */
export interface Http2Facts {
  readonly arrival: Http2Arrival;
  readonly marks: Http2Marks;
}

/** What kind of network an address belongs to; "private" is loopback, RFC 1918 and their like. */
export type NetworkClass =
  | "hosting"
  | "bulletproof"
  | "vpn"
  | "relay"
  | "cdn"
  | "mobile"
  | "isp"
  | "education"
  | "business"
  | "private";

/** What enrich found out about the client's address. */
export interface NetworkFacts {
  readonly asn: number | undefined;
  readonly asName: string | undefined;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string | undefined;
  readonly networkClass: NetworkClass | undefined;
}

/** Where routing put the request. */
export interface Placement {
  readonly app: string;
  readonly route: string | undefined;
  readonly tags: readonly string[];
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly username: string | undefined;
  /** The username as the request writes it, where that differs. */
  readonly written?: string | undefined;
  /** As the request carries it, or, once answered, as the answer issued it. */
  readonly session: string | undefined;
  /** The app reads usernames, and this request's could not be read. */
  readonly isUnidentified: boolean;
  /** The route reports an event: the request is about whom it names, whoever's session it comes with. */
  readonly isAttempt?: boolean;
}

/** What a front that the app trusts says of its client. */
export interface FrontStatement {
  readonly client: IpAddress;
  readonly ja4: string | undefined;
  readonly isVerifiedBot: boolean | undefined;
  readonly asn: number | undefined;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string | undefined;
  /** `1.2` or `1.3`. */
  readonly tlsVersion: string | undefined;
  /** The client's TLS session was resumed. */
  readonly isResumed: boolean | undefined;
}

/** Knows which account a session was opened for, and when; `now` in ms. */
export interface SessionAccounts {
  find(
    session: string,
    now: number,
  ):
    | {
        readonly account: string;
        readonly at: number;
        readonly stack?: string | undefined;
        /** The account as it was written at the login, where that differs. */
        readonly written?: string | undefined;
      }
    | undefined;
}

/** Who knows of the one whom a request is about. */
export interface SubjectEvidence {
  readonly sessions: SessionAccounts;
  /** Where a live policy asks what accounts did before. */
  readonly history?: AccountHistories | undefined;
  /** Where accounts that were taken over are known. */
  readonly risks?: RiskyAccounts | undefined;
}

/** What a test says of a request beside what it sends. */
export interface SaidFacts {
  readonly past: AccountPast;
  /** Login attempts on the connection; counted unless said. */
  readonly logins: number | undefined;
}

/** The request's prints, a version prefix and 16 hex characters each; "" while nobody has set them. */
export interface Prints {
  readonly skeleton: string;
  readonly shape: string | undefined;
  readonly stack: string | undefined;
  readonly locale: string | undefined;
  readonly cookies: string | undefined;
  /** What the prints are made of, as an event keeps it so that they can be made anew; at most 1,024 characters each. */
  readonly headerVector?: string | undefined;
  readonly stackVector?: string | undefined;
  readonly shapeVector?: string | undefined;
  /** True or false where captures of the browser that User-Agent claims tell; undefined elsewhere. */
  readonly isConsistent?: boolean | undefined;
}
