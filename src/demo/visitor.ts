/** Who is looking at a page: the account behind its session cookie and the cart behind its cart cookie. */
import type { Account } from "./accounts.ts";
import { countCart } from "./cart.ts";
import type { ShopDatabase } from "./database.ts";
import { readSession, readTokenCookie } from "./sessions.ts";

/** A browser; without an account it is a guest, without a cart it has put nothing in one. */
export interface Visitor {
  account: Account | undefined;
  cartId: string | undefined;
  cartCount: number;
}

/** Reads the cookies of a request; forged or expired ones make a guest. */
export function readVisitor(db: ShopDatabase, request: Request): Visitor {
  const sid = readTokenCookie(request, "sid");
  const cartId = readTokenCookie(request, "cart");
  return {
    account: sid === undefined ? undefined : readSession(db, sid, "web"),
    cartId,
    cartCount: cartId === undefined ? 0 : countCart(db, cartId),
  };
}
