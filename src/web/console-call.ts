/** What a console handler is given: the request, who asks, and the services behind the pages. */
import type { Theme } from "../../views/fragments/theme-switch.ts";
import type { Frame } from "../../views/layout.ts";
import type { StoredSession } from "../store/store-reader.ts";
import type { ConsoleContext } from "./console-context.ts";
import type { LiveFeed } from "./live-feed.ts";
import type { PasswordCheck } from "./password-check.ts";
import type { SessionKeeper } from "./session-keeper.ts";
import type { SignInLimiter } from "./sign-in-limiter.ts";

/** Choices of whoever starts the console. */
export interface ConsoleOptions {
  /** Names that an operator's own proxy or DNS gives to the console, beside the address that it listens on. */
  readonly extraHosts: readonly string[];
  /** True when browsers reach the console over HTTPS; cookies are then marked Secure. */
  readonly isHttps: boolean;
  /** Ms since the epoch. */
  readonly now: () => number;
  /** Told of every failure that the console answers with a status of 500 or more. */
  readonly onFault: (fault: unknown) => void;
}

/** What handlers share. */
export interface ConsoleServices {
  readonly context: ConsoleContext;
  readonly options: ConsoleOptions;
  readonly sessions: SessionKeeper;
  readonly limiter: SignInLimiter;
  readonly passwords: PasswordCheck;
  readonly liveFeed: LiveFeed;
}

/** One request that anyone may make. */
export interface OpenCall {
  readonly request: Request;
  readonly url: URL;
  readonly parameters: Readonly<Record<string, string | undefined>>;
  /** The client's address; `unknown` when the app is called without a socket. */
  readonly address: string;
  readonly theme: Theme;
}

/** One request of someone who is signed in. */
interface ViewerCall extends OpenCall {
  readonly session: StoredSession;
  readonly frame: Frame;
}

/** Handles requests that anyone may make. */
export type OpenHandler = (call: OpenCall, services: ConsoleServices) => Response | Promise<Response>;

/** Handles requests of people who are signed in. */
export type ViewerHandler = (call: ViewerCall, services: ConsoleServices) => Response | Promise<Response>;

/** True when htmx asks for a part of a page and not for a whole one. */
export function wantsFragment(request: Request): boolean {
  return request.headers.get("hx-request-type") === "partial";
}

/** The id of the element that htmx will put the answer into, empty if there is none. */
export function swapTarget(request: Request): string {
  const target = request.headers.get("hx-target") ?? "";
  return target.slice(target.indexOf("#") + 1);
}
