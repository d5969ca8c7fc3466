/** The frames that attacks share: a list that a real tool tries, a list that a script of ours tries, and one thing done again and again. */
import type { Pair } from "./attack-tally.ts";
import { type AttackTool, attackWithTool } from "./attack-tools.ts";
import { comboList } from "./combo-list.ts";
import type { SerialAttack } from "./other-attacks.ts";
import type { Attack, AttackContext } from "./scenario.ts";
import { type AttackPlace, type StuffingOptions, stuff } from "./stuffing.ts";

/** What a scenario says of an attack, once it knows where it takes place. */
type Made<Options> = (context: AttackContext) => Options;

function worthOf(pairs: readonly Pair[]): number {
  return pairs.filter(({ isValid }) => isValid).length;
}

/** One address for each attempt, round and round. */
export const turning = (addresses: readonly string[]) => (attempt: number) =>
  addresses[attempt % addresses.length]!;

/** A list tried by a real tool; `withinMs` is real time, 22 s unless said otherwise. */
export function byTool(
  tool: AttackTool,
  list: {
    readonly count: number;
    readonly hitRate: number;
    readonly parallel: number;
    readonly withinMs?: number;
  },
  addressesOf: Made<readonly string[]>,
): Made<Attack> {
  return (context) => {
    const { count, hitRate, parallel, withinMs = 22_000 } = list;
    const pairs = comboList(count, hitRate, context.firstVictim, context.dice);
    const addressOf = turning(addressesOf(context));
    const run = () => attackWithTool({ tool, pairs, addressOf, parallel, withinMs }, context.place);
    return { planned: pairs.length, worth: worthOf(pairs), run };
  };
}

/** A list tried by a script of ours; four at once, every two seconds, in a browser's forms, unless said otherwise. */
export function byHand(
  make: Made<Omit<StuffingOptions, "isApp" | "parallel" | "everyMs"> & Partial<StuffingOptions>>,
): Made<Attack> {
  return (context) => {
    const options: StuffingOptions = { isApp: false, parallel: 4, everyMs: 2000, ...make(context) };
    const run = () => stuff(options, context.place);
    return { planned: options.pairs.length, worth: worthOf(options.pairs), run };
  };
}

/** Something other than sign-ins: `worth` of its `count` steps would yield something. */
export function bySteps(
  { worth, ...how }: Omit<SerialAttack, "addressOf" | "software"> & { readonly worth: number },
  make: Made<Pick<SerialAttack, "software"> & { readonly addresses: readonly string[] }>,
  carryOut: (options: SerialAttack, place: AttackPlace, context: AttackContext) => Promise<void>,
): Made<Attack> {
  return (context) => {
    const { addresses, software } = make(context);
    const options: SerialAttack = { ...how, software, addressOf: turning(addresses) };
    return { planned: how.count, worth, run: () => carryOut(options, context.place, context) };
  };
}
