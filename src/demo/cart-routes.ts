/** The cart as a page and as a form. */
import { Elysia, NotFoundError } from "elysia";
import { type CartAction, changeCart, maxQuantity, readCart } from "./cart.ts";
import type { ShopDatabase } from "./database.ts";
import { readField, readWhole } from "./fields.ts";
import { cartPage } from "./pages/cart.ts";
import { page, seeOther } from "./respond.ts";
import { tokenCookie } from "./sessions.ts";
import { newToken } from "./token.ts";
import { readVisitor } from "./visitor.ts";

/** Life of the `cart` cookie in seconds; untouched carts are swept after as long. */
export const cartLifetime = 30 * 86_400;

/** `GET /cart` and `POST /cart` (fields `product`, `quantity`, `action`: add, set or remove). */
export function cartRoutes(db: ShopDatabase) {
  return new Elysia()
    .get("/cart", ({ request }) => {
      const visitor = readVisitor(db, request);
      return page(cartPage(visitor, readCart(db, visitor.cartId ?? "")));
    })
    .post("/cart", ({ request, body }) => {
      const visitor = readVisitor(db, request);
      const cartId = visitor.cartId ?? newToken();
      const result = changeCart(db, cartId, {
        action: parseAction(readField(body, "action")),
        productId: readField(body, "product"),
        quantity: readWhole(readField(body, "quantity") || "1", maxQuantity) ?? -1,
      });
      if (result.kind === "no_such_product") throw new NotFoundError();
      if (result.kind === "invalid")
        return page(cartPage(visitor, readCart(db, cartId), result.message), 422);
      return seeOther("/cart", [tokenCookie("cart", cartId, cartLifetime)]);
    });
}

// Anything unknown adds.
function parseAction(text: string): CartAction {
  return text === "set" || text === "remove" ? text : "add";
}
