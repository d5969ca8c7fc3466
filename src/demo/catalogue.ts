/** What is for sale: single products, pages of them, search. */
import { and, count, eq, like, or, sql } from "drizzle-orm";
import type { ShopDatabase } from "./database.ts";
import { toPounds } from "./money.ts";
import { categories } from "./product-kinds.ts";
import { products } from "./schema.ts";

/** A row of the catalogue; `price` is in pence. */
export type Product = typeof products.$inferSelect;

/** One page of search results. */
export interface CataloguePage {
  query: string;
  category: string;
  products: Product[];
  page: number;
  pages: number;
  total: number;
}

const pageSize = 24;

/** The page of products whose name, category or description has every word of `q`; odd input finds page 1. */
export function searchProducts(
  db: ShopDatabase,
  asked: { q?: unknown; page?: unknown; category?: unknown },
): CataloguePage {
  const query = typeof asked.q === "string" ? asked.q.slice(0, 100).trim() : "";
  const category = categories.find((name) => name === asked.category) ?? "";
  const words = query.split(/\s+/).filter(Boolean).slice(0, 6).map(matchesWord);
  const where = and(...words, category === "" ? undefined : eq(products.category, category));
  const total = db.select({ total: count() }).from(products).where(where).get()?.total ?? 0;
  const pages = Math.max(1, Math.ceil(total / pageSize));
  const wanted = typeof asked.page === "string" && /^\d{1,6}$/.test(asked.page) ? Number(asked.page) : 1;
  const page = Math.min(Math.max(1, wanted), pages);
  const rows = db
    .select()
    .from(products)
    .where(where)
    .orderBy(products.id)
    .limit(pageSize)
    .offset((page - 1) * pageSize)
    .all();
  return { query, category, products: rows, page, pages, total };
}

function matchesWord(word: string) {
  const pattern = `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const hit = (column: typeof products.name | typeof products.description | typeof products.category) =>
    sql`${like(column, pattern)} ESCAPE '\\'`;
  return or(hit(products.name), hit(products.category), hit(products.description));
}

/** The product with this id, given as the text of a path; undefined for anything else. */
export function findProduct(db: ShopDatabase, id: string): Product | undefined {
  if (!/^[1-9]\d{0,8}$/.test(id)) return undefined;
  return db
    .select()
    .from(products)
    .where(eq(products.id, Number(id)))
    .get();
}

/** A few others of the same category or collection, for the foot of a product's page. */
export function relatedProducts(db: ShopDatabase, product: Product, limit: number): Product[] {
  return db
    .select()
    .from(products)
    .where(
      and(
        or(eq(products.collection, product.collection), eq(products.category, product.category)),
        sql`${products.id} <> ${product.id}`,
      ),
    )
    .orderBy(sql`(${products.collection} = ${product.collection}) DESC`, products.id)
    .limit(limit)
    .all();
}

/** A product as the JSON APIs give it, price in pounds. */
export function productJson(product: Product) {
  const { id, name, category, description } = product;
  return {
    id,
    name,
    category,
    description,
    price: toPounds(product.price),
    currency: "GBP",
    image: `/images/products/${id}.svg`,
  };
}

/** A page of results as the JSON APIs give it. */
export function cataloguePageJson(found: CataloguePage) {
  return {
    products: found.products.map(productJson),
    page: found.page,
    pages: found.pages,
    total: found.total,
  };
}
