/** Orders: a cart or a gift card paid for, and the customer's view of them afterwards. */
import { randomInt } from "node:crypto";
import { desc, eq } from "drizzle-orm";
import { type Cart, emptyCart } from "./cart.ts";
import type { ShopDatabase } from "./database.ts";
import { issueCard } from "./gift-cards.ts";
import { sendMail } from "./mail.ts";
import { formatMoney, toPounds } from "./money.ts";
import { type Payment, type PaymentResult, pay } from "./payment.ts";
import { giftCards, orderLines, orders } from "./schema.ts";

/** An order row; `total` is in pence. */
export type Order = typeof orders.$inferSelect;

/** An order with its lines and the codes of the gift cards that it bought. */
export interface OrderDetails {
  order: Order;
  lines: { label: string; quantity: number; price: number }[];
  codes: string[];
}

/** Who buys and where it goes. */
export interface Buyer {
  accountId: number | undefined;
  email: string;
  shipTo: string;
}

/** How an order ended; refusals leave no trace. */
export type Placed = { kind: "placed"; number: string } | Exclude<PaymentResult, { kind: "paid" }>;

/** Pays for a cart, records the order and empties the cart, all or nothing. */
export function orderCart(
  db: ShopDatabase,
  cartId: string,
  cart: Cart,
  buyer: Buyer,
  payment: Payment,
): Placed {
  const lines = cart.lines.map(({ product, quantity }) => ({
    label: product.name,
    quantity,
    price: product.price,
  }));
  return place(db, buyer, payment, lines, () => emptyCart(db, cartId));
}

/** Pays for a gift card of `amount` pence and mails its code to the buyer. */
export function orderGiftCard(db: ShopDatabase, amount: number, buyer: Buyer, payment: Payment): Placed {
  return place(db, buyer, payment, [{ label: "Gift card", quantity: 1, price: amount }], (orderId) => {
    issueCard(db, orderId, amount);
  });
}

function place(
  db: ShopDatabase,
  buyer: Buyer,
  payment: Payment,
  lines: OrderDetails["lines"],
  finish: (orderId: number) => void,
): Placed {
  const total = lines.reduce((sum, line) => sum + line.price * line.quantity, 0);
  return db.transaction(() => {
    const paid = pay(db, payment, total, buyer.accountId);
    if (paid.kind !== "paid") return paid;
    const number = newOrderNumber();
    const values = { ...buyer, accountId: buyer.accountId ?? null, number, total, paidWith: paid.paidWith };
    const { id } = db
      .insert(orders)
      .values({ ...values, createdAt: Date.now() })
      .returning({ id: orders.id })
      .get();
    db.insert(orderLines)
      .values(lines.map((line) => ({ ...line, orderId: id })))
      .run();
    finish(id);
    sendMail(db, buyer.email, `Your order ${number}`, `Thank you. We received ${formatMoney(total)}.`);
    return { kind: "placed", number };
  });
}

// A guest's order is open to whoever knows its number, so the number is not to be guessed.
function newOrderNumber(): string {
  const letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
  const part = () => Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join("");
  return `HP-${part()}-${part()}`;
}

/** The order, if it is this account's or a guest's. */
export function findOrder(
  db: ShopDatabase,
  number: string,
  accountId: number | undefined,
): OrderDetails | undefined {
  const order = db
    .select()
    .from(orders)
    .where(eq(orders.number, number.slice(0, 40)))
    .get();
  if (order === undefined || (order.accountId !== null && order.accountId !== accountId)) return undefined;
  const lines = db.select().from(orderLines).where(eq(orderLines.orderId, order.id)).all();
  const codes = db
    .select({ code: giftCards.code })
    .from(giftCards)
    .where(eq(giftCards.orderId, order.id))
    .all();
  return { order, lines, codes: codes.map((row) => row.code) };
}

/** The newest 50 orders of an account. */
export function listOrders(db: ShopDatabase, accountId: number): Order[] {
  return db
    .select()
    .from(orders)
    .where(eq(orders.accountId, accountId))
    .orderBy(desc(orders.createdAt))
    .limit(50)
    .all();
}

/** An order as the JSON APIs give it. */
export function orderJson({ order, lines, codes }: OrderDetails) {
  return {
    number: order.number,
    total: toPounds(order.total),
    currency: "GBP",
    paid_with: order.paidWith,
    created_at: new Date(order.createdAt).toISOString(),
    lines: lines.map(({ label, quantity, price }) => ({ label, quantity, price: toPounds(price) })),
    gift_cards: codes,
  };
}
