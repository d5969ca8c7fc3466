/** A product in a grid. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { Product } from "../catalogue.ts";
import { formatMoney } from "../money.ts";

/** A grid of products, each a link with picture, name and price. */
export function productGrid(products: readonly Product[]): SafeHtml {
  return html`<ul class="grid">${products.map(
    (product) => html`<li class="card"><a href="/products/${product.id}">
      <img src="/images/products/${product.id}.svg" width="400" height="400" alt="" loading="lazy">
      <span class="card-name">${product.name}</span>
      <span class="card-price">${formatMoney(product.price)}</span>
    </a></li>`,
  )}</ul>`;
}
