/** Carts: a browser's by its cookie, the mobile app's by its account. */
import { and, count, eq, sql, sum } from "drizzle-orm";
import { findProduct, type Product } from "./catalogue.ts";
import type { ShopDatabase } from "./database.ts";
import { toPounds } from "./money.ts";
import { cartItems, products } from "./schema.ts";

/** What is in a cart; money in pence. */
export interface Cart {
  lines: { product: Product; quantity: number; total: number }[];
  count: number;
  total: number;
}

/** How a change to a cart ended. */
export type CartChange =
  | { kind: "done" }
  | { kind: "no_such_product" }
  | { kind: "invalid"; message: string };

/** What a client may do to a line. */
export type CartAction = "add" | "set" | "remove";

/** Pieces of one product in a cart. */
export const maxQuantity = 20;
const maxLines = 50;

/** The cart, empty when nothing was ever put in it. */
export function readCart(db: ShopDatabase, cartId: string): Cart {
  const rows = db
    .select({ product: products, quantity: cartItems.quantity })
    .from(cartItems)
    .innerJoin(products, eq(products.id, cartItems.productId))
    .where(eq(cartItems.cartId, cartId))
    .orderBy(products.name)
    .all();
  const lines = rows.map(({ product, quantity }) => ({
    product,
    quantity,
    total: product.price * quantity,
  }));
  return {
    lines,
    count: lines.reduce((total, line) => total + line.quantity, 0),
    total: lines.reduce((total, line) => total + line.total, 0),
  };
}

/** Pieces in the cart, for the badge on every page. */
export function countCart(db: ShopDatabase, cartId: string): number {
  const row = db
    .select({ pieces: sum(cartItems.quantity) })
    .from(cartItems)
    .where(eq(cartItems.cartId, cartId))
    .get();
  return Number(row?.pieces ?? 0);
}

/** Adds to, sets or removes one line; adding past 20 pieces stays at 20. */
export function changeCart(
  db: ShopDatabase,
  cartId: string,
  change: { action: CartAction; productId: string; quantity: number },
): CartChange {
  const product = findProduct(db, change.productId);
  if (product === undefined) return { kind: "no_such_product" };
  const line = and(eq(cartItems.cartId, cartId), eq(cartItems.productId, product.id));
  if (change.action === "remove" || (change.action === "set" && change.quantity === 0)) {
    db.delete(cartItems).where(line).run();
    return { kind: "done" };
  }
  if (!Number.isInteger(change.quantity) || change.quantity < 1 || change.quantity > maxQuantity) {
    return { kind: "invalid", message: `Please choose a quantity from 1 to ${maxQuantity}.` };
  }
  const lines = db.select({ lines: count() }).from(cartItems).where(eq(cartItems.cartId, cartId)).get();
  if ((lines?.lines ?? 0) >= maxLines && db.select().from(cartItems).where(line).get() === undefined) {
    return { kind: "invalid", message: `A cart holds at most ${maxLines} different things.` };
  }
  const touchedAt = Date.now();
  const quantity =
    change.action === "add"
      ? sql`min(${maxQuantity}, ${cartItems.quantity} + ${change.quantity})`
      : sql`${change.quantity}`;
  db.insert(cartItems)
    .values({ cartId, productId: product.id, quantity: change.quantity, touchedAt })
    .onConflictDoUpdate({ target: [cartItems.cartId, cartItems.productId], set: { quantity, touchedAt } })
    .run();
  return { kind: "done" };
}

/** Empties a cart, as checkout does. */
export function emptyCart(db: ShopDatabase, cartId: string): void {
  db.delete(cartItems).where(eq(cartItems.cartId, cartId)).run();
}

/** A cart as the JSON APIs give it. */
export function cartJson(cart: Cart) {
  return {
    lines: cart.lines.map(({ product, quantity, total }) => ({
      product: { id: product.id, name: product.name, price: toPounds(product.price) },
      quantity,
      total: toPounds(total),
    })),
    count: cart.count,
    total: toPounds(cart.total),
    currency: "GBP",
  };
}
