/** Checkout and finished orders as pages. */
import { Elysia, NotFoundError } from "elysia";
import { readCart } from "./cart.ts";
import type { ShopDatabase } from "./database.ts";
import { parseEmail, readField } from "./fields.ts";
import { findOrder, orderCart } from "./orders.ts";
import { type CheckoutForm, checkoutPage, orderPage } from "./pages/checkout.ts";
import type { Payment } from "./payment.ts";
import { page, seeOther } from "./respond.ts";
import { readVisitor } from "./visitor.ts";

/** `GET/POST /checkout` and `/orders/:number`. */
export function checkoutRoutes(db: ShopDatabase) {
  return new Elysia()
    .get("/checkout", ({ request }) => {
      const visitor = readVisitor(db, request);
      const cart = readCart(db, visitor.cartId ?? "");
      if (cart.count === 0) return seeOther("/cart");
      const { email = "", name = "" } = visitor.account ?? {};
      return page(checkoutPage(visitor, cart, { email, name, address: "", city: "", postcode: "" }));
    })
    .post("/checkout", ({ request, body }) => {
      const visitor = readVisitor(db, request);
      const cartId = visitor.cartId ?? "";
      const cart = readCart(db, cartId);
      if (cart.count === 0) return seeOther("/cart");
      const form = readForm(body);
      const email = parseEmail(form.email);
      const problem = deliveryProblem(form, email);
      if (problem !== undefined || email === undefined) {
        return page(checkoutPage(visitor, cart, form, problem), 422);
      }
      const shipTo = `${form.name}, ${form.address}, ${form.city} ${form.postcode}`;
      const buyer = { accountId: visitor.account?.id, email, shipTo };
      const placed = orderCart(db, cartId, cart, buyer, readPayment(body));
      if (placed.kind === "placed") return seeOther(`/orders/${placed.number}`);
      return page(checkoutPage(visitor, cart, form, placed.message), placed.kind === "refused" ? 402 : 422);
    })
    .get("/orders/:number", ({ request, params }) => {
      const visitor = readVisitor(db, request);
      const found = findOrder(db, params.number, visitor.account?.id);
      if (found === undefined) throw new NotFoundError();
      return page(orderPage(visitor, found));
    });
}

/** The payment that a form asks for; a card unless it says otherwise. */
export function readPayment(body: unknown): Payment {
  const method = readField(body, "pay");
  if (method === "gift_card") return { method, code: readField(body, "gift_code") };
  if (method === "credit") return { method };
  return {
    method: "card",
    number: readField(body, "card_number"),
    expiry: readField(body, "card_expiry"),
    cvc: readField(body, "card_cvc"),
  };
}

function readForm(body: unknown): CheckoutForm {
  return {
    email: readField(body, "email"),
    name: readField(body, "name"),
    address: readField(body, "address"),
    city: readField(body, "city"),
    postcode: readField(body, "postcode"),
  };
}

function deliveryProblem(form: CheckoutForm, email: string | undefined): string | undefined {
  if (email === undefined) return "Please give an e-mail address for the confirmation.";
  if (form.name === "") return "Please tell us who it is for.";
  if (form.address === "" || form.city === "" || form.postcode === "") return "Please complete the address.";
  return undefined;
}
