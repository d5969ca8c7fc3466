/** Attacks that try no passwords: fake accounts, resets, gift cards, emptied accounts, a copied catalogue. */
import { seededAccount, seededCard } from "../../src/demo/seeded.ts";
import type { Software } from "./client-software.ts";
import type { Dice } from "./seeded-dice.ts";
import { ShopSession } from "./shop-session.ts";
import type { AttackPlace } from "./stuffing.ts";
import { WireClient } from "./wire-client.ts";

/** How such an attack is carried out: so many things to do, by so many at once. */
export interface SerialAttack {
  readonly count: number;
  readonly addressOf: (attempt: number) => string;
  readonly software: Software;
  readonly isApp: boolean;
  readonly parallel: number;
  readonly everyMs: number;
}

/** One of them: what it is after, if there is anything to be had, and whether it got it. */
interface Step {
  aim(attempt: number): string | undefined;
  take(session: ShopSession, attempt: number, address: string): Promise<boolean>;
}

/** Does `step` for each number. */
async function runAll(options: SerialAttack, place: AttackPlace, step: Step): Promise<void> {
  let next = 0;
  const { clock, port, sent, tally, until } = place;
  const worker = async () => {
    while (next < options.count && clock.now < until) {
      const attempt = next++;
      const { isApp, software } = options;
      const address = options.addressOf(attempt);
      const session = new ShopSession(new WireClient(port, address), software, {
        isApp,
        sent,
      });
      tally.attempted();
      const aim = step.aim(attempt);
      if (aim !== undefined) tally.reach(aim);
      const isTaken = await step.take(session, attempt, address);
      if (session.stops > 0) tally.stopped();
      else if (isTaken && aim !== undefined) tally.learnt(aim);
      session.close();
      if (options.everyMs > 0) await clock.sleep(options.everyMs);
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, worker));
}

/** Accounts that belong to nobody. */
export function registerMany(options: SerialAttack, place: AttackPlace, dice: Dice): Promise<void> {
  return runAll(options, place, {
    aim: (attempt) => `account ${attempt}`,
    take: async (session, attempt) => {
      const email = `${dice.between(1e7, 9e7).toString(36)}${attempt}@quickmail.example`;
      const fields = { name: `Sam ${attempt}`, email, password: `Qx${dice.between(1e8, 9e8)}` };
      const answer = await session.post("/register", "/api/v1/register", fields);
      return answer?.status === 303 || answer?.status === 201;
    },
  });
}

/** Mails that nobody asked for, and a list of who has an account. */
export function resetMany(options: SerialAttack, place: AttackPlace, firstAccount: number): Promise<void> {
  const emailOf = (attempt: number) => seededAccount(firstAccount + attempt).email;
  return runAll(options, place, {
    aim: emailOf,
    take: async (session, attempt) => {
      const answer = await session.post("/reset", "/api/v1/reset", { email: emailOf(attempt) });
      return answer?.status === 200 || answer?.status === 202;
    },
  });
}

/** Codes tried one after the other, one in `validEvery` of them real; learnt is a balance that is true. */
export function guessCards(
  options: SerialAttack & { readonly firstCard: number; readonly validEvery: number },
  place: AttackPlace,
  dice: Dice,
): Promise<void> {
  const { firstCard, validEvery } = options;
  const cardOf = (attempt: number) =>
    attempt % validEvery === 0 ? seededCard(firstCard + Math.floor(attempt / validEvery)) : undefined;
  return runAll(options, place, {
    aim: (attempt) => cardOf(attempt)?.code,
    take: async (session, attempt) => {
      const card = cardOf(attempt);
      const tried = card?.code ?? `HPGC-${fourDigits(dice)}-${fourDigits(dice)}-${fourDigits(dice)}`;
      const answer = await session.get(`/api/v1/gift-cards/${tried}`);
      const seen = Number(/"balance":([\d.]+)/.exec(answer?.body ?? "")?.[1] ?? Number.NaN);
      return seen === card?.balance;
    },
  });
}

function fourDigits(dice: Dice): string {
  return String(dice.between(0, 9999)).padStart(4, "0");
}

/** Accounts whose passwords the attacker has: he signs in and buys gift cards with a stolen payment card. */
export function drainAccounts(
  options: SerialAttack,
  place: AttackPlace,
  firstAccount: number,
): Promise<void> {
  const victim = (attempt: number) => seededAccount(firstAccount + attempt);
  const payment = { method: "card", number: "4242424242424242", expiry: "12/49", cvc: "123" };
  return runAll(options, place, {
    aim: (attempt) => victim(attempt).email,
    take: async (session, attempt, address) => {
      const { email, password } = victim(attempt);
      if ((await session.signIn(email, password)) !== "in") return false;
      place.tally.signedIn(address, email);
      const body = JSON.stringify({ amount: 100, payment });
      const path = "/api/v1/gift-cards";
      const answer = await session.request({ kind: "send", method: "POST", path, body });
      return answer?.status === 201 || answer?.status === 200;
    },
  });
}

/** The catalogue, product after product. */
export function scrape(options: SerialAttack, place: AttackPlace): Promise<void> {
  return runAll(options, place, {
    aim: productPath,
    take: async (session, attempt) => {
      const answer = await session.request({ kind: "navigation", method: "GET", path: productPath(attempt) });
      return answer?.status === 200;
    },
  });
}

function productPath(attempt: number): string {
  return `/products/${1 + attempt}`;
}
