/** The shop's tables as Drizzle sees them; `schema.sql` creates them and a test keeps the two alike. */
import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Customers; `credit` is what redeemed gift cards left them, `failures` count wrong passwords. */
export const accounts = sqliteTable("accounts", {
  id: integer("id").primaryKey(),
  email: text("email").notNull().unique(),
  name: text("name").notNull(),
  passwordSalt: text("password_salt").notNull(),
  passwordHash: text("password_hash").notNull(),
  credit: integer("credit").notNull().default(0),
  failures: integer("failures").notNull().default(0),
  failingSince: integer("failing_since").notNull().default(0),
  createdAt: integer("created_at").notNull(),
});

/** Signed-in browsers and apps, by the SHA-256 of their token. */
export const sessions = sqliteTable("sessions", {
  tokenHash: text("token_hash").primaryKey(),
  accountId: integer("account_id").notNull(),
  kind: text("kind", { enum: ["web", "mobile"] }).notNull(),
  createdAt: integer("created_at").notNull(),
  expiresAt: integer("expires_at").notNull(),
});

/** What is for sale; `kind` and `collection` also choose the picture. */
export const products = sqliteTable("products", {
  id: integer("id").primaryKey(),
  name: text("name").notNull(),
  kind: text("kind").notNull(),
  collection: text("collection").notNull(),
  category: text("category").notNull(),
  price: integer("price").notNull(),
  description: text("description").notNull(),
});

/** Lines of open carts; a cart is a cookie's id, or `account:ID` for the mobile app. */
export const cartItems = sqliteTable(
  "cart_items",
  {
    cartId: text("cart_id").notNull(),
    productId: integer("product_id").notNull(),
    quantity: integer("quantity").notNull(),
    touchedAt: integer("touched_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.cartId, table.productId] })],
);

/** Paid orders; `accountId` is null for guests. */
export const orders = sqliteTable("orders", {
  id: integer("id").primaryKey(),
  number: text("number").notNull().unique(),
  accountId: integer("account_id"),
  email: text("email").notNull(),
  shipTo: text("ship_to").notNull(),
  total: integer("total").notNull(),
  paidWith: text("paid_with").notNull(),
  createdAt: integer("created_at").notNull(),
});

/** Lines of paid orders, with the price as it was. */
export const orderLines = sqliteTable("order_lines", {
  id: integer("id").primaryKey(),
  orderId: integer("order_id").notNull(),
  label: text("label").notNull(),
  quantity: integer("quantity").notNull(),
  price: integer("price").notNull(),
});

/** Gift cards by code without dashes; `orderId` names the order that bought it. */
export const giftCards = sqliteTable("gift_cards", {
  code: text("code").primaryKey(),
  balance: integer("balance").notNull(),
  orderId: integer("order_id"),
  createdAt: integer("created_at").notNull(),
});

/** Open password resets, by the SHA-256 of the mailed token. */
export const resets = sqliteTable("resets", {
  tokenHash: text("token_hash").primaryKey(),
  accountId: integer("account_id").notNull(),
  expiresAt: integer("expires_at").notNull(),
});

/** Webhook ids that were already acted on, so that a repeated delivery does nothing. */
export const webhookDeliveries = sqliteTable("webhook_deliveries", {
  webhookId: text("webhook_id").primaryKey(),
  receivedAt: integer("received_at").notNull(),
});

/** Resets that a webhook forced, and upon whom; kept as long as the webhook ids are. */
export const forcedResets = sqliteTable("forced_resets", {
  webhookId: text("webhook_id").primaryKey(),
  accountId: integer("account_id").notNull(),
  forcedAt: integer("forced_at").notNull(),
});

/** The shop's outgoing mail, which goes no further than this table. */
export const mails = sqliteTable("mails", {
  id: integer("id").primaryKey(),
  recipient: text("recipient").notNull(),
  subject: text("subject").notNull(),
  body: text("body").notNull(),
  sentAt: integer("sent_at").notNull(),
});
