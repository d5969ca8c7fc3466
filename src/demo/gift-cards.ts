/** Gift cards: issued, looked up, spent, turned into account credit. */
import { randomInt } from "node:crypto";
import { and, eq, gte, sql } from "drizzle-orm";
import type { ShopDatabase } from "./database.ts";
import { accounts, giftCards } from "./schema.ts";

/** How a redemption ended; money in pence. */
export type Redemption =
  | { kind: "redeemed"; credited: number; balance: number }
  | { kind: "no_such_card" }
  | { kind: "empty_card" };

/** A code as it is stored, from however a customer wrote it; undefined if it cannot be one. */
function parseCardCode(text: string): string | undefined {
  const code = text.slice(0, 60).replaceAll(/[\s-]/g, "").toUpperCase();
  return /^HPGC\d{12}$/.test(code) ? code : undefined;
}

/** A stored code as it is printed on the card. */
export function formatCardCode(code: string): string {
  return code.replace(/^(HPGC)(\d{4})(\d{4})(\d{4})$/, "$1-$2-$3-$4");
}

/** The card that a customer's text names. */
export function findCard(db: ShopDatabase, text: string): { code: string; balance: number } | undefined {
  const code = parseCardCode(text);
  if (code === undefined) return undefined;
  return db
    .select({ code: giftCards.code, balance: giftCards.balance })
    .from(giftCards)
    .where(eq(giftCards.code, code))
    .get();
}

/** A new card with `balance` pence, bought by an order; gives its code. */
export function issueCard(db: ShopDatabase, orderId: number, balance: number): string {
  const code = `HPGC${String(randomInt(1e12)).padStart(12, "0")}`;
  db.insert(giftCards).values({ code, balance, orderId, createdAt: Date.now() }).run();
  return code;
}

/** Takes `amount` pence off a card; false if it has less. */
export function spendCard(db: ShopDatabase, code: string, amount: number): boolean {
  const spent = db
    .update(giftCards)
    .set({ balance: sql`${giftCards.balance} - ${amount}` })
    .where(and(eq(giftCards.code, code), gte(giftCards.balance, amount)))
    .returning({ code: giftCards.code })
    .all();
  return spent.length === 1;
}

/** Moves up to `amount` pence (all by default) from a card to the account's credit. */
export function redeemCard(db: ShopDatabase, accountId: number, text: string, amount?: number): Redemption {
  const card = findCard(db, text);
  if (card === undefined) return { kind: "no_such_card" };
  const credited = Math.min(card.balance, amount ?? card.balance);
  if (credited === 0) return { kind: "empty_card" };
  return db.transaction((tx) => {
    if (!spendCard(tx, card.code, credited)) return { kind: "empty_card" };
    tx.update(accounts)
      .set({ credit: sql`${accounts.credit} + ${credited}` })
      .where(eq(accounts.id, accountId))
      .run();
    return { kind: "redeemed", credited, balance: card.balance - credited };
  });
}
