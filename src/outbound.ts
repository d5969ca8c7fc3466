/** Brings up what speaks to others: telling, and the ledger of accounts, which tells through it. */
import type { Config } from "./config.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import type { Measures } from "./measures.ts";
import type { Store } from "./store/open-store.ts";
import { openTelling, type Telling, type TellingOptions } from "./telling.ts";

/** What both need. */
interface OutboundParts extends Pick<TellingOptions, "policies" | "policiesDir" | "fault"> {
  readonly config: Config;
  readonly store: Store;
  readonly measures: Measures;
}

/** Starts both; `demoUrl` is the bundled shop's where it runs. */
export function outbound(
  { config, store, measures, ...parts }: OutboundParts,
  demoUrl: string | undefined,
): { readonly telling: Telling; readonly ledger: Ledger } {
  const telling = openTelling({
    ...parts,
    store,
    allowed: config.allowedTargets,
    timeoutMs: config.tellTimeoutMs,
    demo: demoUrl === undefined ? undefined : { url: demoUrl, secret: demoToken(store) },
  });
  const ledger = openLedger({ ...measures, store, wake: () => telling.wake(), fault: parts.fault });
  return { telling, ledger };
}

/** The secret that the bundled shop takes calls with. */
export function demoToken(store: Store): string {
  return Buffer.from(store.boot.secret("demo-internal-token", 24)).toString("hex");
}
