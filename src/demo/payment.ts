/** Pretend payment: a card number is checked for form and never kept, cards and credit are taken for real. */
import { and, eq, gte, sql } from "drizzle-orm";
import type { ShopDatabase } from "./database.ts";
import { findCard, formatCardCode, spendCard } from "./gift-cards.ts";
import { formatMoney } from "./money.ts";
import { accounts } from "./schema.ts";

/** How a customer wants to pay. */
export type Payment =
  | { method: "card"; number: string; expiry: string; cvc: string }
  | { method: "gift_card"; code: string }
  | { method: "credit" };

/** How paying ended; `paidWith` is fit to be shown and stored. */
export type PaymentResult =
  | { kind: "paid"; paidWith: string }
  | { kind: "invalid"; message: string }
  | { kind: "refused"; message: string };

/** Takes `amount` pence; call it inside the order's transaction. A card number ending in 0002 is declined. */
export function pay(
  db: ShopDatabase,
  payment: Payment,
  amount: number,
  accountId: number | undefined,
): PaymentResult {
  if (payment.method === "card") return payByCard(payment);
  if (payment.method === "credit") return payByCredit(db, amount, accountId);
  return payByGiftCard(db, amount, payment.code);
}

function payByCard(payment: { number: string; expiry: string; cvc: string }): PaymentResult {
  const digits = payment.number.replaceAll(/[\s-]/g, "");
  if (!isCardNumber(digits)) return { kind: "invalid", message: "That is not a card number." };
  const expiry = /^(0[1-9]|1[0-2])\s?\/\s?(\d{2})$/.exec(payment.expiry.trim());
  if (expiry === null) return { kind: "invalid", message: "Please write the expiry date as MM/YY." };
  // A card is good to the end of its month.
  if (Date.UTC(2000 + Number(expiry[2]), Number(expiry[1]), 1) <= Date.now()) {
    return { kind: "refused", message: "That card has expired." };
  }
  if (!/^\d{3,4}$/.test(payment.cvc.trim())) {
    return { kind: "invalid", message: "The security code has three or four digits." };
  }
  if (digits.endsWith("0002")) return { kind: "refused", message: "Your bank declined the card." };
  return { kind: "paid", paidWith: `card ending ${digits.slice(-4)}` };
}

// ISO/IEC 7812-1 annex B: the Luhn check digit.
function isCardNumber(digits: string): boolean {
  if (!/^\d{13,19}$/.test(digits)) return false;
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]) * (place % 2 === 0 ? 1 : 2);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

function payByCredit(db: ShopDatabase, amount: number, accountId: number | undefined): PaymentResult {
  const taken =
    accountId === undefined
      ? []
      : db
          .update(accounts)
          .set({ credit: sql`${accounts.credit} - ${amount}` })
          .where(and(eq(accounts.id, accountId), gte(accounts.credit, amount)))
          .returning({ id: accounts.id })
          .all();
  return taken.length === 1
    ? { kind: "paid", paidWith: "account credit" }
    : { kind: "refused", message: `Your account credit does not cover ${formatMoney(amount)}.` };
}

function payByGiftCard(db: ShopDatabase, amount: number, code: string): PaymentResult {
  const card = findCard(db, code);
  if (card === undefined) return { kind: "refused", message: "We do not know that gift card." };
  if (spendCard(db, card.code, amount)) {
    return { kind: "paid", paidWith: `gift card ending ${card.code.slice(-4)}` };
  }
  const has = `Gift card ${formatCardCode(card.code)} has ${formatMoney(card.balance)}`;
  return { kind: "refused", message: `${has}, which does not cover ${formatMoney(amount)}.` };
}
