/** The frame of every page: head, navigation, footer. */
import { html, type SafeHtml } from "@remix-run/html-template";
import { categories } from "../product-kinds.ts";
import type { Visitor } from "../visitor.ts";

/** Wraps a page's content; `title` is shown before the shop's name. */
export function layout(visitor: Visitor, title: string, content: SafeHtml, query = ""): SafeHtml {
  return html`<!doctype html>
<html lang="en-GB">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · Harbour &amp; Pine</title>
    <meta name="description" content="Useful, lasting things for the house and the headland, from makers along the coast.">
    <meta name="theme-color" content="#1f3d3b">
    <link rel="icon" href="/favicon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/assets/shop.css">
    <script src="/assets/shop-client.js" defer></script>
  </head>
  <body>
    <a class="skip" href="#content">Skip to content</a>
    <p class="notice">Free delivery everywhere · 60 days to return</p>
    <header class="masthead">
      <a class="brand" href="/"><img src="/assets/logo.svg" width="190" height="44" alt="Harbour &amp; Pine"></a>
      <form class="search" action="/products" role="search">
        <label class="hidden" for="q">Search the shop</label>
        <input id="q" type="search" name="q" value="${query}" maxlength="100" placeholder="Search mugs, lanterns, wool…">
        <button type="submit">Search</button>
      </form>
      <nav class="you" aria-label="Your account">
        ${
          visitor.account === undefined
            ? html`<a href="/login">Sign in</a>`
            : html`<a href="/account">${visitor.account.name.split(" ", 1)[0]}</a>`
        }
        <a class="cart-link" href="/cart">Cart <span class="badge" data-cart-count>${visitor.cartCount}</span></a>
      </nav>
    </header>
    <nav class="aisles" aria-label="Departments">
      ${categories.map((name) => html`<a href="/products?category=${name}">${name}</a>`)}
      <a href="/gift-cards">Gift cards</a>
    </nav>
    <main id="content">${content}</main>
    <footer class="footer">
      <div>
        <img src="/favicon.svg" width="36" height="36" alt="" loading="lazy">
        <p>Harbour &amp; Pine<br>3 Chandlery Row, Saltwick</p>
      </div>
      <p><a href="/products">Everything</a> · <a href="/gift-cards">Gift cards</a> · <a href="/account">Your account</a></p>
      <p class="small">A made-up shop. Nothing here is for sale, and no card is ever charged.</p>
    </footer>
  </body>
</html>`;
}

/** A message above a form or page. */
export function message(text: string, tone: "problem" | "good" = "problem"): SafeHtml | undefined {
  return text === ""
    ? undefined
    : html`<p class="message ${tone}" role="${tone === "good" ? "status" : "alert"}">${text}</p>`;
}
