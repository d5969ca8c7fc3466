/** The cart. */
import { html, type SafeHtml } from "@remix-run/html-template";
import { type Cart, maxQuantity } from "../cart.ts";
import { formatMoney } from "../money.ts";
import type { Visitor } from "../visitor.ts";
import { layout, message } from "./layout.ts";

/** Every line with its quantity, and the way to checkout. */
export function cartPage(visitor: Visitor, cart: Cart, problem = ""): SafeHtml {
  return layout(
    visitor,
    "Your cart",
    html`<div class="section-head"><h1>Your cart</h1></div>
    ${message(problem)}
    ${
      cart.lines.length === 0
        ? html`<p class="empty">There is nothing in it yet. <a href="/products">Have a look round</a>.</p>`
        : html`<div class="columns">
          <ul class="lines">${cart.lines.map(lineRow)}</ul>
          ${totals(cart, html`<a class="button wide" href="/checkout">Check out</a>`)}
        </div>`
    }`,
  );
}

/** The box with what it all comes to. */
export function totals(cart: Cart, action: SafeHtml): SafeHtml {
  return html`<aside class="totals">
    <h2>Summary</h2>
    <dl>
      <dt>${cart.count} ${cart.count === 1 ? "item" : "items"}</dt><dd>${formatMoney(cart.total)}</dd>
      <dt>Delivery</dt><dd>Free</dd>
      <dt class="sum">Total</dt><dd class="sum">${formatMoney(cart.total)}</dd>
    </dl>
    ${action}
  </aside>`;
}

function lineRow({ product, quantity, total }: Cart["lines"][number]): SafeHtml {
  return html`<li class="line">
    <a href="/products/${product.id}"><img src="/images/products/${product.id}.svg" width="96" height="96" alt=""></a>
    <div class="line-name">
      <a href="/products/${product.id}">${product.name}</a>
      <span class="muted">${formatMoney(product.price)} each</span>
    </div>
    <form class="line-form" method="post" action="/cart">
      <input type="hidden" name="product" value="${product.id}">
      <label class="hidden" for="quantity-${product.id}">Quantity</label>
      <input id="quantity-${product.id}" type="number" name="quantity" value="${quantity}" min="0" max="${maxQuantity}">
      <button name="action" value="set">Update</button>
      <button name="action" value="remove" class="quiet">Remove</button>
    </form>
    <strong class="line-total">${formatMoney(total)}</strong>
  </li>`;
}
