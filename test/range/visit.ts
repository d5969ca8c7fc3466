/** One visit of one customer: what he does, how long he thinks in between, and whether somebody stopped him. */
import type { Customer } from "./customers.ts";
import type { RangeClock } from "./range-clock.ts";
import type { Dice } from "./seeded-dice.ts";
import { ShopSession } from "./shop-session.ts";
import { catalogueSize } from "./wide-catalogue.ts";
import { WireClient } from "./wire-client.ts";

/** What a visit needs of its surroundings. */
export interface VisitPlace {
  /** Where the customer is. */
  readonly address: string;
  readonly port: number;
  readonly clock: RangeClock;
  readonly sent: (address: string, path: string) => void;
}

/** What a customer met. */
export interface VisitEnd {
  /** Answers that only something in front of the shop gives, and right passwords that did not sign in. */
  readonly stops: number;
  /** Only the answers. */
  readonly seenStops: number;
  readonly breaks: number;
}

const second = 1000;
/** Somebody comes to the door, or is content that the account is there: nobody is an attacker because he leaves. */
const leavesAtOnce = 0.03;
const words = ["lantern", "mug", "wool", "blanket", "candle", "oak"];

/** One of the whole catalogue; half of what people look at is an eighth of it. */
function someProduct(dice: Dice): number {
  return 1 + Math.floor(catalogueSize * dice.chance() ** 3);
}

/** Goes through a visit to its end; an account that the shop itself locked is no stop. */
export async function visit(customer: Customer, place: VisitPlace): Promise<VisitEnd> {
  const { cookies, dice, isApp, software } = customer;
  const session = new ShopSession(new WireClient(place.port, place.address), software, {
    isApp,
    sent: place.sent,
    cookies,
  });
  const think = () => place.clock.sleep(dice.wait(20 * second) + 3 * second);
  if (!isApp) {
    await session.page("/", true);
    await think();
  }
  await browse(customer, session, think);
  const isIn =
    customer.group === "newcomer"
      ? await joinIn(customer, session, think)
      : await enter(customer, session, think);
  const stops = session.stops;
  if (isIn) await spend(customer, session, think);
  session.close();
  // He signs out, or the session ends before he comes again.
  cookies.delete("sid");
  const seenStops = session.stops;
  const isTurnedAway = !isIn && stops === 0 && session.breaks === 0;
  return { stops: seenStops + (isTurnedAway ? 1 : 0), seenStops, breaks: session.breaks };
}

type Think = () => Promise<void>;

async function browse({ dice, isApp, group }: Customer, session: ShopSession, think: Think): Promise<void> {
  if (group === "aggregated") return;
  for (let seen = dice.between(0, 3); seen > 0; seen--) {
    if (isApp) await session.get(`/api/v1/products?q=${dice.pick(words)}`);
    else
      await session.page(dice.is(0.5) ? `/products?q=${dice.pick(words)}` : `/products/${someProduct(dice)}`);
    await think();
  }
}

/** Signs in, after as many wrong passwords as this person types today. */
async function enter(customer: Customer, session: ShopSession, think: Think): Promise<boolean> {
  const { dice, email, isApp, mistypes, password, resets } = customer;
  if (!isApp) await session.page("/login");
  await think();
  for (let nth = 0; nth < mistypes; nth++) {
    await session.signIn(
      email,
      dice.pick([password.slice(0, -1), `${password}1`, password.toUpperCase(), "Summer2024"]),
    );
    await think();
  }
  if (resets) {
    if (!isApp) await session.page("/reset");
    await session.post("/reset", "/api/v1/reset", { email });
    // Whether he sets a new password or remembers the old one while he waits for the mail: he gets in in the end.
    await think();
  }
  return (await session.signIn(email, password)) === "in";
}

async function joinIn(
  { email, name, password }: Customer,
  session: ShopSession,
  think: Think,
): Promise<boolean> {
  await session.page("/register");
  await think();
  const answer = await session.post("/register", "/api/v1/register", { name, email, password });
  // On later days the account is there.
  if (answer?.status !== 409) return answer?.status === 303;
  await session.page("/login");
  await think();
  return (await session.signIn(email, password)) === "in";
}

async function spend(
  { dice, giftCard, group, isApp }: Customer,
  session: ShopSession,
  think: Think,
): Promise<void> {
  if (dice.is(leavesAtOnce)) return;
  await think();
  if (group === "aggregated") {
    await session.get("/api/v1/orders");
    return;
  }
  if (dice.is(0.3)) {
    if (isApp) await session.get(`/api/v1/gift-cards/${giftCard}`);
    else await session.post("/gift-cards/balance", "", { code: giftCard });
    await think();
    if (dice.is(0.3))
      await session.post("/gift-cards/redeem", "/api/v1/gift-cards/redeem", { code: giftCard });
    return;
  }
  if (isApp) {
    await session.get("/api/v1/orders");
    return;
  }
  await session.post("/cart", "", { product: someProduct(dice), quantity: 1, action: "add" });
  await think();
  if (dice.is(0.5)) await session.page("/checkout");
  else await session.page("/account");
}
