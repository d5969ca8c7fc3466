/** The cohort that is there without being declared: accounts that got in before from where they come now. */

import { no, type Question, yes } from "../link/evaluation.ts";
import { keyText } from "../link/gauge-key.ts";
import type { QuestionLinker } from "../link/question-linker.ts";
import type { MemoryPort } from "../memory-port.ts";
import type { FieldIr, MemoryIr, PolicyIr } from "../policy-ir.ts";

/** How long an account is known at an address after it last got in there, ms. */
const knownForMs = 30 * 86_400_000;

/** What the built-in cohort asks, and what it is told of. */
export interface KnownGood<F> {
  readonly ask: Question<F>;
  /** A login succeeded. */
  remember(facts: F): void;
}

/**
 * Known good is who shows what only that person can: an account together with the address (and the stack, where it can
 * be seen) that it got in from within 30 days; or the device cookie, which holds for its own accounts alone; or whatever a memory of proven successes holds by account that has an
 * address or the device cookie in it. A name alone is no proof, since stuffers name good people's accounts; nor is the
 * software, which they share with them.
 */
export function knownGood<F>(ir: PolicyIr, linker: QuestionLinker<F>, ports: MemoryPort): KnownGood<F> {
  const { evaluation } = linker;
  const has = (name: string) => linker.row(field(name)) !== undefined;
  const declared = ir.memories.flatMap((memory, index) =>
    isProof(memory) ? [linker.evidence.memory(index)] : [],
  );
  if (!has("account") || !has("ip.net")) {
    return { ask: anyKnown(declared, () => false), remember: () => undefined };
  }
  const account = linker.reader(field("account"));
  const network = linker.reader(field("ip.net"));
  const device = has("device_cookie") ? linker.reader(field("device_cookie")) : () => undefined;
  const stack = linker.reader(field("print.stack"));
  const memory = ports.openMemory({ id: "known good, 1", name: "known_good", forMs: knownForMs });
  const placeOf = (facts: F) => {
    const from = network(facts);
    const software = stack(facts);
    // Behind plain HTTP and fronts there is no stack.
    return from === undefined
      ? undefined
      : `${keyText(from)} ${software === undefined ? "" : keyText(software)}`;
  };
  const isKnown = (facts: F) => {
    const who = account(facts);
    const place = who === undefined ? undefined : placeOf(facts);
    return who !== undefined && place !== undefined && memory.isKnown(keyText(who), place, evaluation.now);
  };
  return {
    ask: anyKnown(declared, (facts) => isKnown(facts) || device(facts) !== undefined),
    remember: (facts) => {
      const who = account(facts);
      const place = placeOf(facts);
      if (who !== undefined && place !== undefined) memory.remember(keyText(who), place, evaluation.now);
    },
  };
}

/** Whether being known to a memory says that this is that person. */
function isProof({ by, values, outcomes }: MemoryIr): boolean {
  const isPersonal = by.some(({ field: name }) => name === "account" || name === "username");
  const isPlaced = values.some(
    ({ field: name }) => name === "device_cookie" || name === "ip.net" || name === "ip",
  );
  return isPersonal && isPlaced && outcomes.every((outcome) => outcome === "success");
}

function anyKnown<F>(
  memories: readonly { ask(question: "known", facts: F): number }[],
  isKnown: (facts: F) => boolean,
): Question<F> {
  return (facts) =>
    isKnown(facts) || memories.some((memory) => memory.ask("known", facts) === yes) ? yes : no;
}

function field(name: string): FieldIr {
  return { kind: "field", field: name, parameter: "" };
}
