/** What an app says of accounts that were taken over, ready to be asked for each request. */
import { numberIn } from "../number-in.ts";
import type { AppIr } from "../policy-ir.ts";
import type { AtRisk } from "../policy-set.ts";
import { bindingWritten, linkPayload } from "./linked-tells.ts";
import type { BindReader } from "./policy-states.ts";

/** Links what an app says; undefined where it says nothing. */
export function linkRisk<F>(
  { atRisk }: AppIr,
  route: string | undefined,
  bind: BindReader<F>,
): AtRisk<F> | undefined {
  if (!atRisk) return undefined;
  const { labels, call, channel, amounts } = atRisk;
  const payloadOf = call && linkPayload(call.payload, bindingWritten(bind));
  const readers = amounts
    .filter(({ routes }) => route !== undefined && (routes?.includes(route) ?? true))
    .map(({ field }) => bind(field));
  return {
    labels: labels && new Set(labels),
    call: call && ((facts) => ({ webhook: call.webhook, payload: payloadOf?.(facts) })),
    channel,
    amount:
      readers.length === 0
        ? undefined
        : (facts) => {
            for (const read of readers) {
              const amount = numberIn(read(facts));
              // Nobody moves less than nothing, and no text makes a sum endless.
              if (amount !== undefined && amount >= 0 && amount <= Number.MAX_SAFE_INTEGER) return amount;
            }
            return undefined;
          },
  };
}
