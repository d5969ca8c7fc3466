/** Checkout and the order that comes of it. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { Cart } from "../cart.ts";
import { formatCardCode } from "../gift-cards.ts";
import { formatMoney } from "../money.ts";
import type { OrderDetails } from "../orders.ts";
import type { Visitor } from "../visitor.ts";
import { totals } from "./cart.ts";
import { field, paymentFields } from "./form-field.ts";
import { layout, message } from "./layout.ts";

/** What the customer typed, to be shown again. */
export interface CheckoutForm {
  email: string;
  name: string;
  address: string;
  city: string;
  postcode: string;
}

/** The form beside the cart's total. */
export function checkoutPage(visitor: Visitor, cart: Cart, form: CheckoutForm, problem = ""): SafeHtml {
  const credit = visitor.account?.credit ?? 0;
  return layout(
    visitor,
    "Checkout",
    html`<div class="section-head"><h1>Checkout</h1></div>
    ${message(problem)}
    <form class="columns" method="post" action="/checkout">
      <div class="panel">
        <h2>Where to</h2>
        ${field({ name: "email", label: "E-mail", type: "email", value: form.email, autocomplete: "email" })}
        ${field({ name: "name", label: "Full name", value: form.name, autocomplete: "name" })}
        ${field({ name: "address", label: "Address", value: form.address, autocomplete: "street-address" })}
        <div class="pair">
          ${field({ name: "city", label: "Town", value: form.city, autocomplete: "address-level2" })}
          ${field({ name: "postcode", label: "Postcode", value: form.postcode, autocomplete: "postal-code" })}
        </div>
        ${paymentFields(credit > 0 ? formatMoney(credit) : undefined, true)}
      </div>
      ${totals(cart, html`<button class="button wide" type="submit">Pay ${formatMoney(cart.total)}</button>`)}
    </form>`,
  );
}

/** A paid order. */
export function orderPage(visitor: Visitor, { order, lines, codes }: OrderDetails): SafeHtml {
  return layout(
    visitor,
    `Order ${order.number}`,
    html`<div class="panel narrow">
      <h1>Thank you</h1>
      <p>Order <strong>${order.number}</strong>, paid with ${order.paidWith}. A confirmation is on its way to ${order.email}.</p>
      ${codes.map((code) => html`<p class="gift-code">${formatCardCode(code)}</p>`)}
      <table class="table">
        <tbody>${lines.map(
          (line) =>
            html`<tr><td>${line.quantity} × ${line.label}</td><td>${formatMoney(line.price * line.quantity)}</td></tr>`,
        )}</tbody>
        <tfoot><tr><th>Total</th><th>${formatMoney(order.total)}</th></tr></tfoot>
      </table>
      <p class="muted">To: ${order.shipTo}</p>
      <p><a href="/products">Keep looking round</a></p>
    </div>`,
  );
}
