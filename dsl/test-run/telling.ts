/** What would have been told in a case: calls that wait for a success, and `once per … every` on the case's own clock. */
import type { Outcome } from "../policy-set.ts";
import type { Tell } from "../tell.ts";

/** The memory of one case. */
export class Telling {
  private readonly until = new Map<string, number>();

  /** Those of a request's tells that are told. */
  told(tells: readonly Tell[] = [], outcome: Outcome | undefined, now: number): Tell[] {
    const isLogin = outcome?.event === "login" && outcome.kind === "success";
    return tells.filter((tell) => {
      if (tell.kind === "webhook" && tell.awaitsLogin && !isLogin) return false;
      if (!tell.once) return true;
      const key = JSON.stringify([tell.kind, tell.policy, tell.name, tell.once.key]);
      if (now < (this.until.get(key) ?? 0)) return false;
      this.until.set(key, now + tell.once.everyMs);
      return true;
    });
  }
}
