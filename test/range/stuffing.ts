/** Attackers of our own making: everything about them can be set, which tools do not allow. */
import type { AttackTally, Pair } from "./attack-tally.ts";
import type { Software } from "./client-software.ts";
import type { RangeClock } from "./range-clock.ts";
import { ShopSession } from "./shop-session.ts";
import { WireClient } from "./wire-client.ts";

/** How an attacker goes through his list. */
export interface StuffingOptions {
  readonly pairs: readonly Pair[];
  /** Where the attempt with this number comes from; the same address twice in a row keeps its connection. */
  readonly addressOf: (attempt: number) => string;
  readonly softwareOf: (attempt: number) => Software;
  readonly isApp: boolean;
  /** Speaks HTTPS, by this runtime's own TLS. */
  readonly isTls?: boolean;
  readonly parallel: number;
  /** Compressed ms between two attempts of one worker. */
  readonly everyMs: number;
  /** Opens the sign-in page before each attempt, as a person would. */
  readonly opensPage?: boolean;
  /** An account of his own that he signs in to after every so many attempts, to see whether he is lied to. */
  readonly control?: { readonly email: string; readonly password: string; readonly after: number };
}

/** Where he attacks. */
export interface AttackPlace {
  readonly port: number;
  readonly tlsPort: number;
  readonly clock: RangeClock;
  readonly tally: AttackTally;
  readonly sent: (address: string, path: string) => void;
  /** How many times longer everything takes in real time. */
  readonly slow: number;
  /** The attack is over at this time on the clock, finished or not. */
  readonly until: number;
}

/** Runs the whole list, or as much of it as the time allows. */
export async function stuff(options: StuffingOptions, place: AttackPlace): Promise<void> {
  let next = 0;
  const worker = async () => {
    let client: WireClient | undefined;
    while (next < options.pairs.length && place.clock.now < place.until) {
      const attempt = next++;
      client = reach(options, attempt, client, place);
      await tryPair(options, attempt, client, place);
      if (options.everyMs > 0) await place.clock.sleep(options.everyMs);
    }
    client?.close();
  };
  await Promise.all(Array.from({ length: options.parallel }, worker));
}

function reach(
  { addressOf, isTls = false }: StuffingOptions,
  attempt: number,
  client: WireClient | undefined,
  { port, tlsPort }: AttackPlace,
): WireClient {
  const address = addressOf(attempt);
  if (!client) return new WireClient(isTls ? tlsPort : port, address, isTls);
  if (client.address !== address) client.moveTo(address);
  return client;
}

async function tryPair(
  { control, isApp, opensPage = false, pairs, softwareOf }: StuffingOptions,
  attempt: number,
  client: WireClient,
  { sent, tally }: AttackPlace,
): Promise<void> {
  const pair = pairs[attempt]!;
  const session = new ShopSession(client, softwareOf(attempt), { isApp, sent });
  if (opensPage) await session.page("/login");
  if (control && attempt % control.after === control.after - 1) {
    const view = await session.signIn(control.email, control.password);
    if (view === "in") tally.signedIn(client.address, control.email, "own account");
  }
  tally.attempted();
  if (pair.isValid) tally.reach(pair.email);
  const view = await session.signIn(pair.email, pair.password);
  if (view === "stopped") tally.stopped();
  if (view !== "in" || !pair.isValid) return;
  tally.signedIn(client.address, pair.email);
  tally.learnt(pair.email);
}
