/** The front page. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { Product } from "../catalogue.ts";
import type { Visitor } from "../visitor.ts";
import { layout } from "./layout.ts";
import { productGrid } from "./product-card.ts";

/** The front page with a few products. */
export function homePage(visitor: Visitor, featured: readonly Product[]): SafeHtml {
  return layout(
    visitor,
    "Made for weather",
    html`<section class="hero">
      <div class="hero-words">
        <h1>Made for weather.</h1>
        <p>Useful, lasting things for the house and the headland, from forty makers along the coast.</p>
        <p><a class="button" href="/products">Browse everything</a> <a class="quiet" href="/gift-cards">Give a gift card</a></p>
      </div>
      <img class="hero-art" src="/assets/hero.svg" width="640" height="420" alt="A lighthouse on a pine-covered headland at dusk">
    </section>
    <section>
      <div class="section-head"><h2>Just landed</h2><a href="/products">See all</a></div>
      ${productGrid(featured)}
    </section>
    <section class="promises">
      <div><h3>Mended for life</h3><p>Send it back worn out and we will make it good, for the price of the postage.</p></div>
      <div><h3>Forty makers</h3><p>Potters, smiths, weavers and one lighthouse keeper, all within a day of the sea.</p></div>
      <div><h3>Packed in paper</h3><p>No plastic, no filler. The box is strong enough to post something back in.</p></div>
    </section>`,
  );
}
