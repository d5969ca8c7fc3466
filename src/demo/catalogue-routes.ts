/** The front page, the catalogue and products as pages. */
import { Elysia, NotFoundError } from "elysia";
import { findProduct, relatedProducts, searchProducts } from "./catalogue.ts";
import type { ShopDatabase } from "./database.ts";
import { cataloguePage } from "./pages/catalogue.ts";
import { homePage } from "./pages/home.ts";
import { productPage } from "./pages/product.ts";
import { page } from "./respond.ts";
import { readVisitor } from "./visitor.ts";

/** `/`, `/products` and `/products/:id`. */
export function catalogueRoutes(db: ShopDatabase) {
  return new Elysia()
    .get("/", ({ request }) => {
      const featured = searchProducts(db, {}).products.slice(0, 8);
      return page(homePage(readVisitor(db, request), featured));
    })
    .get("/products", ({ request, query }) =>
      page(cataloguePage(readVisitor(db, request), searchProducts(db, query))),
    )
    .get("/products/:id", ({ request, params }) => {
      const product = findProduct(db, params.id);
      if (product === undefined) throw new NotFoundError();
      return page(productPage(readVisitor(db, request), product, relatedProducts(db, product, 4)));
    });
}
