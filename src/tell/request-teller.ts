/** What is told of a request at which moment: most once it is judged; what waits for a login, when it has succeeded. */
import type { Decision, Outcome, Place } from "../../dsl/index.ts";
import type { Facts } from "../describe/facts.ts";
import type { Teller } from "./teller.ts";
import { toldRequest } from "./told-request.ts";

/** A judged request. */
export interface JudgedRequest {
  readonly id: number;
  readonly facts: Facts;
  readonly place: Place<Facts>;
  readonly decision: Decision;
}

/** Tells of requests. */
export class RequestTeller {
  readonly #teller: Pick<Teller, "tell">;
  readonly #hashAccount: (username: string) => string;

  constructor(teller: Pick<Teller, "tell">, hashAccount: (username: string) => string) {
    this.#teller = teller;
    this.#hashAccount = hashAccount;
  }

  /** A request was judged; costs nothing where its decision tells nothing. */
  judged(request: JudgedRequest): void {
    this.#tell(request, (isWaiting) => !isWaiting);
  }

  /** Its answer came. A batch of logins proves nobody: whose of them succeeded is not known. `told`: the target that the ledger calls about it. */
  answered(request: JudgedRequest, outcome: Outcome | undefined, told?: string): void {
    if (outcome?.event !== "login" || outcome.kind !== "success" || request.facts.usernames) return;
    this.#tell(request, (isWaiting) => isWaiting, told);
  }

  #tell(
    { id, facts, place, decision }: JudgedRequest,
    isNow: (isWaiting: boolean) => boolean,
    told?: string,
  ): void {
    const due =
      decision.tells?.filter(
        (tell) => isNow(tell.kind === "webhook" && tell.awaitsLogin) && `webhook ${tell.name}` !== told,
      ) ?? [];
    if (due.length > 0) this.#teller.tell(due, toldRequest(id, facts, place, decision, this.#hashAccount));
  }
}
