/** Brings what was measured of the live policies into the store, by their revision. */
import type { Store } from "../store/open-store.ts";
import type { LiveSet } from "./active-policies.ts";

/** Keeps the costs of a set. Rejects as the store's commands do. */
export async function keepCosts(
  { commands }: Pick<Store, "commands">,
  live: Pick<LiveSet, "set" | "revision">,
) {
  const costs = live.set.costs();
  if (costs.length > 0) await commands.saveCosts({ revision: live.revision, costs });
}
