/** A product's page. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { Product } from "../catalogue.ts";
import { formatMoney } from "../money.ts";
import type { Visitor } from "../visitor.ts";
import { layout, message } from "./layout.ts";
import { productGrid } from "./product-card.ts";

/** One product, a form to put it in the cart, and others like it. */
export function productPage(
  visitor: Visitor,
  product: Product,
  related: readonly Product[],
  problem = "",
): SafeHtml {
  return layout(
    visitor,
    product.name,
    html`<p class="crumbs"><a href="/products">Everything</a> / <a href="/products?category=${product.category}">${product.category}</a></p>
    <article class="product">
      <img src="/images/products/${product.id}.svg" width="560" height="560" alt="${product.name}">
      <div>
        <h1>${product.name}</h1>
        <p class="price">${formatMoney(product.price)}</p>
        ${message(problem)}
        <p>${product.description}</p>
        <form class="buy" method="post" action="/cart" data-add-to-cart>
          <input type="hidden" name="product" value="${product.id}">
          <label for="quantity">Quantity</label>
          <input id="quantity" type="number" name="quantity" value="1" min="1" max="20" required>
          <button class="button" type="submit">Add to cart</button>
          <output class="added" data-added></output>
        </form>
        <ul class="facts">
          <li>In stock, leaves Saltwick within two days</li>
          <li>Mended for life</li>
          <li>Article ${String(product.id).padStart(5, "0")}</li>
        </ul>
      </div>
    </article>
    <section>
      <div class="section-head"><h2>In the same boat</h2></div>
      ${productGrid(related)}
    </section>`,
  );
}
