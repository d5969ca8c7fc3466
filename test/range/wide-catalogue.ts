/** As many products as a shop has that somebody scrapes: of the bundled shop's few hundred, what he gets before he is stopped is a large share. */
import { Database } from "bun:sqlite";
import { openDatabase } from "../../src/demo/database.ts";
import { defaultSeed } from "../../src/demo/seeded.ts";

/** Products that the range's shop has; their ids run from 1 without a gap. */
export const catalogueSize = 2400;

/** Makes the bundled shop's database at `path` and goes on with further editions of its products until it is full. */
export function stockCatalogue(path: string): void {
  openDatabase(path, defaultSeed).close();
  const sqlite = new Database(path);
  const { count } = sqlite.query<{ count: number }, []>("SELECT count(*) AS count FROM products").get() ?? {
    count: 0,
  };
  const insert = sqlite.prepare(
    "INSERT INTO products (id, name, kind, collection, category, price, description) SELECT ?1, name || ' no. ' || ?2, kind, collection, category, price, description FROM products WHERE id = ?3",
  );
  sqlite.transaction(() => {
    for (let id = count + 1; id <= catalogueSize; id++)
      insert.run(id, 1 + Math.floor((id - 1) / count), 1 + ((id - 1) % count));
  })();
  sqlite.close();
}
