/** What a decision asks to be told to others. Held in memory only: payloads may name accounts. */
import type { Severity } from "./tell-ir.ts";

/** Not again for the same key before the time has passed. */
export interface Once {
  /** Values of the key as text; they may be sensitive. */
  readonly key: string;
  readonly everyMs: number;
}

interface TellBase {
  /** Who tells. */
  readonly policy: string;
  /** The webhook's or the channel's name. */
  readonly name: string;
  readonly once: Once | undefined;
}

/** A call to be made, or an alert to be given. */
export type Tell =
  | (TellBase & {
      readonly kind: "webhook";
      /** JSON text as the policy writes it; undefined leaves the body to the host. */
      readonly payload: string | undefined;
      /** Tell it only if this request ends in `login.success`: until then the account is a mere claim. */
      readonly awaitsLogin: boolean;
    })
  | (TellBase & { readonly kind: "alert"; readonly severity: Severity });
