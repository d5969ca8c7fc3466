/** Style, script and pictures: embedded in the binary, with entity tags and 304 answers. */
import { Elysia, NotFoundError } from "elysia";
import favicon from "./assets/favicon.svg" with { type: "text" };
import hero from "./assets/hero.svg" with { type: "text" };
import logo from "./assets/logo.svg" with { type: "text" };
import styles from "./assets/shop.css" with { type: "text" };
import script from "./assets/shop-client.js" with { type: "text" };
import { findProduct } from "./catalogue.ts";
import type { ShopDatabase } from "./database.ts";
import { drawProduct } from "./product-art.ts";

const svg = "image/svg+xml";

/** `/assets/…`, `/favicon.svg`, `/favicon.ico`, `/robots.txt` and a picture for every product. */
export function assets(db: ShopDatabase) {
  const app = new Elysia()
    .get("/assets/shop.css", asset(styles, "text/css; charset=utf-8"))
    .get("/assets/shop-client.js", asset(script, "text/javascript; charset=utf-8"))
    .get("/assets/logo.svg", asset(logo, svg))
    .get("/assets/hero.svg", asset(hero, svg))
    .get("/favicon.svg", asset(favicon, svg))
    .get("/favicon.ico", asset(favicon, svg))
    .get(
      "/robots.txt",
      asset("User-agent: *\nDisallow: /cart\nDisallow: /checkout\n", "text/plain; charset=utf-8"),
    );
  return app.get("/images/products/:file", ({ request, params }) => {
    const id = /^(\d+)\.svg$/.exec(params.file)?.[1] ?? "";
    const product = findProduct(db, id);
    if (product === undefined) throw new NotFoundError();
    return serve(request, drawProduct(product.kind, product.collection), svg);
  });
}

function asset(text: string, type: string) {
  return ({ request }: { request: Request }) => serve(request, text, type);
}

function serve(request: Request, text: string, type: string): Response {
  const etag = `"${Bun.hash(text).toString(36)}"`;
  const headers = { etag, "cache-control": "public, max-age=3600", "x-content-type-options": "nosniff" };
  if (hasTag(request.headers.get("if-none-match"), etag)) return new Response(null, { status: 304, headers });
  return new Response(text, { headers: { ...headers, "content-type": type } });
}

// RFC 9110 §13.1.2: a list of tags or `*`, compared weakly.
function hasTag(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  return ifNoneMatch.split(",").some((tag) => ["*", etag].includes(tag.trim().replace(/^W\//, "")));
}
