/** Says aloud, in the log and in the audit log, when a route's answers can no longer be read, and when they can again. */
import type { Logger } from "pino";
import { OutcomeWatch } from "./record/outcome-watch.ts";
import type { Store } from "./store/open-store.ts";

/** The watch over all routes with an outcome. */
export function watchOutcomes({ commands }: Pick<Store, "commands">, log: Logger): OutcomeWatch {
  return new OutcomeWatch(({ app, route, isBlind, unknownShare, usualShare }) => {
    const what = { app, route, unknownShare, usualShare };
    if (!isBlind) log.info(what, "the route's outcomes can be read again");
    else {
      log.error(what, "most outcomes of the route can no longer be read: has a release changed its answers?");
    }
    const detail = `${app}.${route}: ${percent(unknownShare)} of answers say nothing, usually ${percent(usualShare)}`;
    commands
      .audit({ who: "sallyport", action: isBlind ? "outcomes.unreadable" : "outcomes.readable", detail })
      .catch((error: unknown) => log.error(error));
  });
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
