/** The catalogue: departments, search results, paging. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { CataloguePage } from "../catalogue.ts";
import type { Visitor } from "../visitor.ts";
import { layout } from "./layout.ts";
import { productGrid } from "./product-card.ts";

/** One page of what was found. */
export function cataloguePage(visitor: Visitor, found: CataloguePage): SafeHtml {
  const heading = found.query === "" ? found.category || "Everything" : `“${found.query}”`;
  const pieces = `${found.total} ${found.total === 1 ? "thing" : "things"}`;
  return layout(
    visitor,
    heading,
    html`<div class="section-head"><h1>${heading}</h1><p class="muted">${pieces}</p></div>
    ${
      found.total === 0
        ? html`<p class="empty">Nothing matches. Try a single word, such as <a href="/products?q=wool">wool</a> or <a href="/products?q=lantern">lantern</a>.</p>`
        : productGrid(found.products)
    }
    ${found.pages > 1 ? pager(found) : null}`,
    found.query,
  );
}

function pager(found: CataloguePage): SafeHtml {
  const link = (page: number, text: string, rel: string) =>
    page < 1 || page > found.pages
      ? html`<span class="muted">${text}</span>`
      : html`<a rel="${rel}" href="${address(found, page)}">${text}</a>`;
  return html`<nav class="pager" aria-label="Pages">
    ${link(found.page - 1, "← Previous", "prev")}
    <span>Page ${found.page} of ${found.pages}</span>
    ${link(found.page + 1, "Next →", "next")}
  </nav>`;
}

function address(found: CataloguePage, page: number): string {
  const query = new URLSearchParams();
  if (found.query !== "") query.set("q", found.query);
  if (found.category !== "") query.set("category", found.category);
  query.set("page", String(page));
  return `/products?${query.toString()}`;
}
