/** Brings up what tells others: the teller on this thread, the courier on its own. */
import type { Messaging } from "../dsl/index.ts";
import type { ActivePolicies } from "./judge/active-policies.ts";
import { AccountKey } from "./record/account-key.ts";
import type { Store } from "./store/open-store.ts";
import { Courier } from "./tell/courier.ts";
import { RequestTeller } from "./tell/request-teller.ts";
import { type AllowedTarget, parseAllowedTarget } from "./tell/safe-address.ts";
import { TellSeal } from "./tell/tell-seal.ts";
import { Teller } from "./tell/teller.ts";

/** How long stopping waits for storage. */
const closeMs = 5000;
/** What the shipped policies call when an account was taken over; the bundled shop takes it unless the operator names another. */
const resetUrlName = "SALLYPORT_RESET_URL";
const resetSecretName = "SALLYPORT_RESET_SECRET";

/** What telling needs. */
export interface TellingOptions {
  readonly store: Pick<Store, "boot" | "commands">;
  readonly policies: Pick<ActivePolicies, "live">;
  readonly policiesDir: string;
  readonly allowed: readonly AllowedTarget[];
  /** What one try may take. */
  readonly timeoutMs: number;
  /** The bundled shop, which takes calls that are signed with its secret. */
  readonly demo: { readonly url: string; readonly secret: string } | undefined;
  readonly fault: (error: unknown) => void;
}

/** What tells others. */
export interface Telling {
  readonly requests: RequestTeller;
  /** Whom the live policies may tell, and where the files of their secrets are. */
  readonly targets: { messaging(): Messaging; readonly folder: string };
  /** The outbox changed by hand. */
  wake(): void;
  /** Stores what is to be told and ends. */
  close(): Promise<void>;
}

/** Starts telling. */
export function openTelling({
  store,
  policies,
  policiesDir,
  allowed,
  timeoutMs,
  demo,
  fault,
}: TellingOptions): Telling {
  const demoTarget = demo && parseAllowedTarget(new URL(demo.url).host);
  const environment = demo ? demoEnvironment(demo) : {};
  Object.assign(process.env, environment);
  const messaging = () => policies.live.set.messaging;
  const sealKey = store.boot.secret("outbox-seal", 32);
  const courier = new Courier({
    commands: store.commands,
    start: {
      sealKey,
      folder: policiesDir,
      allowed: demoTarget ? [...allowed, demoTarget] : allowed,
      timeoutMs,
      environment,
    },
    messaging,
    fault,
  });
  const teller = new Teller({
    commands: store.commands,
    seal: new TellSeal(sealKey),
    stored: () => courier.wake(),
    fault,
  });
  const accounts = new AccountKey(store.boot.secret("account-key", 32));
  courier.wake();
  return {
    requests: new RequestTeller(teller, (username) => accounts.hash(username)),
    targets: { messaging, folder: policiesDir },
    wake: () => courier.wake(),
    close: async () => {
      // Storage that does not answer keeps nobody from stopping.
      await Promise.race([teller.flush(), Bun.sleep(closeMs)]);
      courier.close();
    },
  };
}

/** Where the bundled shop takes calls, and what they are signed with; nothing where the operator said where they go. */
function demoEnvironment({ url, secret }: NonNullable<TellingOptions["demo"]>): Record<string, string> {
  if (process.env[resetUrlName] !== undefined) return {};
  return { [resetUrlName]: new URL("/hooks/password-resets", url).href, [resetSecretName]: secret };
}
