/** Fills an empty shop: prepared statements in one transaction, well under a second. */
import type { Database } from "bun:sqlite";
import { hashPassword } from "./password.ts";
import { categories, collections, type ProductKind, productKinds } from "./product-kinds.ts";
import { pick, seededRandom } from "./random.ts";
import { seededAccount, seededAccounts, seededCard, seededCards } from "./seeded.ts";

// A fixed day, so that the same seed gives the same rows; ages only matter for show.
const openingDay = Date.UTC(2025, 2, 1);
const day = 86_400_000;

/** Writes accounts, products, cards and past orders for `seed`, once: a filled shop is left alone. */
export function seedShop(sqlite: Database, seed: number): void {
  if (sqlite.query("SELECT 1 FROM accounts LIMIT 1").get() !== null) return;
  sqlite.transaction(() => {
    seedAccounts(sqlite, seed);
    const prices = seedProducts(sqlite, seed);
    seedCards(sqlite, seed);
    seedOrders(sqlite, seed, prices);
  })();
}

function seedAccounts(sqlite: Database, seed: number): void {
  const insert = sqlite.prepare(
    "INSERT INTO accounts (id, email, name, password_salt, password_hash, created_at) VALUES (?, ?, ?, ?, ?, ?)",
  );
  for (let index = 0; index < seededAccounts; index++) {
    const { email, name, password } = seededAccount(index, seed);
    const salt = `seed-${seed}-${index}`;
    insert.run(index + 1, email, name, salt, hashPassword(password, salt), openingDay + index * 3_600_000);
  }
}

function seedProducts(sqlite: Database, seed: number): { label: string; price: number }[] {
  const insert = sqlite.prepare(
    "INSERT INTO products (id, name, kind, collection, category, price, description) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const wares = productKinds.flatMap((kind) => collections.map((collection) => ({ kind, collection })));
  const random = seededRandom(seed, "products", 0);
  // Fisher-Yates, so that the catalogue's first pages show something of everything.
  for (let last = wares.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [wares[last], wares[other]] = [wares[other]!, wares[last]!];
  }
  return wares.map(({ kind, collection }, index) => {
    const label = `${collection.name} ${kind.name}`;
    const price = priceOf(kind, random());
    const category: (typeof categories)[number] = categories.find((one) => one === kind.category) ?? "Home";
    insert.run(
      index + 1,
      label,
      kind.name,
      collection.name,
      category,
      price,
      `${kind.description} ${collection.mood}`,
    );
    return { label, price };
  });
}

function priceOf(kind: ProductKind, chance: number): number {
  return Math.round((kind.price * (0.9 + chance * 0.3)) / 50) * 50;
}

function seedCards(sqlite: Database, seed: number): void {
  const insert = sqlite.prepare("INSERT INTO gift_cards (code, balance, created_at) VALUES (?, ?, ?)");
  for (let index = 0; index < seededCards; index++) {
    const { code, balance } = seededCard(index, seed);
    insert.run(code.replaceAll("-", ""), balance * 100, openingDay + index * 7_200_000);
  }
}

function seedOrders(sqlite: Database, seed: number, wares: { label: string; price: number }[]): void {
  const insertOrder = sqlite.prepare(
    "INSERT INTO orders (id, number, account_id, email, ship_to, total, paid_with, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const insertLine = sqlite.prepare(
    "INSERT INTO order_lines (order_id, label, quantity, price) VALUES (?, ?, 1, ?)",
  );
  let id = 0;
  for (let index = 0; index < seededAccounts; index += 4) {
    const random = seededRandom(seed, "orders", index);
    const { email, name } = seededAccount(index, seed);
    const past = 1 + Math.floor(random() * 3);
    for (let nth = 0; nth < past; nth++) {
      id++;
      const lines = [pick(random, wares), pick(random, wares)].slice(0, 1 + Math.floor(random() * 2));
      const total = lines.reduce((sum, line) => sum + line.price, 0);
      const number = `HP-${String(100_000 + id)}-${Math.floor(random() * 1e6)}`;
      const shipTo = `${name}, ${1 + Math.floor(random() * 90)} Quay Street, Saltwick SW${1 + (index % 9)} 2HP`;
      const at = openingDay + Math.floor(random() * 200) * day;
      insertOrder.run(id, number, index + 1, email, shipTo, total, "card ending 4242", at);
      for (const line of lines) insertLine.run(id, line.label, line.price);
    }
  }
}
