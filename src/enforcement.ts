/** Wires what keeps enforcement safe: switches from the database, and what caps, guards and freezes do to log and audit. */
import type { Logger } from "pino";
import { LiveSafety } from "./judge/live-safety.ts";
import { SwitchBoard } from "./judge/switch-board.ts";
import type { Store } from "./store/open-store.ts";

const begun = {
  cap: "a policy is beyond its cap: it only marks",
  guard: "a policy's holdout shows harm: it only marks",
  freeze: "an app is in trouble of its own: policies that count begin with nobody new",
} as const;
const ended = {
  cap: "a policy is back under its cap",
  guard: "a policy's guard holds again",
  freeze: "an app is well again",
} as const;

/** Opens the switches as they were left, and the safety that the judge asks. */
export function openEnforcement(
  store: Store,
  log: Logger,
): { readonly board: SwitchBoard; readonly safety: LiveSafety } {
  const board = new SwitchBoard({
    first: store.boot.switches(),
    read: () => store.reader.switches(),
    changed: (switches) =>
      log.warn({ off: switches.map(({ kind, name }) => `${kind} ${name}`.trim()) }, "switches were changed"),
    failed: (error) => log.error({ err: error }, "switches could not be read; what is known stays in force"),
  });
  const safety = new LiveSafety({
    switched: (policy, app) => board.switched(policy, app),
    changed: ({ kind, name, isActive, detail }) => {
      log.warn({ name, detail }, isActive ? begun[kind] : ended[kind]);
      const action = `${kind}.${isActive ? "began" : "ended"}`;
      store.commands
        .audit({ who: "sallyport", action, detail: detail === "" ? name : `${name}: ${detail}` })
        .catch((error: unknown) => log.error(error));
    },
  });
  return { board, safety };
}
