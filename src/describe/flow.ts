/** What a client did before this request: the way it takes through an app, which a real browser does not hide. */
import type { Facts } from "./facts.ts";

/** The flow of a session or client, the request being judged included; what there is too little of is undefined. */
export interface Flow {
  readonly print?: string | undefined;
  /** Pictures, styles and scripts asked for, for each page or call. */
  readonly assetsPerPage?: number | undefined;
  readonly isRevalidating?: boolean | undefined;
  /** How even the time between steps is, 0 to 100. */
  readonly regularity?: number | undefined;
  readonly stepsToMoney?: number | undefined;
  readonly timeToMoneyMs?: number | undefined;
  readonly isRetry?: boolean | undefined;
  readonly listRun?: number | undefined;
  readonly mailDomains?: number | undefined;
}

/** Remembers flows; kept while a live policy reads them. */
export interface FlowMemory {
  /** Takes a request that is about to be judged, once. */
  visit(facts: Facts, isLogin: boolean): Flow;
  /** Takes a login attempt's outcome. */
  loginEnded(facts: Facts, hasFailed: boolean): void;
}
