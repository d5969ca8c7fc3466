/** Brings what was measured of the live policies into the store, by their revision. */
import type { PolicySet } from "../../dsl/index.ts";
import type { Store } from "../store/open-store.ts";

/** Keeps the costs of a set. Rejects as the store's commands do. */
export async function keepCosts(
  { commands }: Pick<Store, "commands">,
  { set, revision }: { readonly set: Pick<PolicySet<never>, "costs">; readonly revision: number },
): Promise<void> {
  const costs = set.costs();
  if (costs.length > 0) await commands.saveCosts({ revision, costs });
}
