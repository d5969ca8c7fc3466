/**
 * Harbour & Pine, the bundled demo shop: an ordinary web application that `up` puts behind the
 * proxy and that end-to-end tests attack. It knows nothing of what stands in front of it.
 */
import { count, eq, notLike } from "drizzle-orm";
import { Elysia } from "elysia";
import { accountRoutes } from "./account-routes.ts";
import { findAccount } from "./accounts.ts";
import { assets } from "./assets.ts";
import { cartRoutes } from "./cart-routes.ts";
import { catalogueRoutes } from "./catalogue-routes.ts";
import { checkoutRoutes } from "./checkout-routes.ts";
import { openDatabase, type ShopDatabase } from "./database.ts";
import { giftCardRoutes } from "./gift-card-routes.ts";
import { readMails } from "./mail.ts";
import { mobileApi } from "./mobile-api.ts";
import { listOrders, type Order } from "./orders.ts";
import { answerProblem } from "./problems.ts";
import { resetRoutes } from "./reset-routes.ts";
import { sessions, webhookDeliveries } from "./schema.ts";
import { defaultSeed } from "./seeded.ts";
import { sweep } from "./sweep.ts";
import { webApi } from "./web-api.ts";

/** How to start a shop; `database` is a path or `:memory:`, port 0 (the default) takes any. */
export interface ShopOptions {
  hostname?: string;
  port?: number;
  database: string;
  seed?: number;
  /** Bearer token of `POST /internal/password-resets`, and what calls of `/hooks/password-resets` are signed with; not empty. */
  internalToken: string;
}

/** What tests look at behind the shop's back. */
interface ShopRecords {
  /** Mails to an address, newest first; the way to reset links. */
  mails(email: string): { subject: string; body: string }[];
  /** Orders of an account, newest first. */
  orders(email: string): Order[];
  /** Calls of the reset hooks that were acted on, by their ids. */
  resets(): string[];
  /** Live and expired sessions of an account. */
  sessions(email: string): number;
}

/** A running shop. */
export interface RunningShop {
  url: string;
  port: number;
  database: ShopRecords;
  stop(): Promise<void>;
}

// No form of the shop comes near this; larger bodies get 413.
const maxBodyBytes = 64 * 1024;

/** Opens the database and listens; throws if the port is taken or the file cannot be written. */
export async function startShop(options: ShopOptions): Promise<RunningShop> {
  if (options.internalToken === "") throw new Error("the demo shop needs an internal token");
  const { db, close } = openDatabase(options.database, options.seed ?? defaultSeed);
  const hostname = options.hostname ?? "127.0.0.1";
  const app = shopApp(db, options.internalToken);
  try {
    app.listen({ hostname, port: options.port ?? 0 });
  } catch (error) {
    close();
    throw error;
  }
  const port = app.server?.port ?? 0;
  const sweeper = setInterval(() => sweep(db, Date.now()), 60_000);
  sweeper.unref();
  return {
    url: `http://${hostname}:${port}`,
    port,
    database: records(db),
    async stop() {
      clearInterval(sweeper);
      await app.stop(true);
      close();
    },
  };
}

// Elysia listens with reusePort unless told otherwise, and would silently share a taken port.
function shopApp(db: ShopDatabase, internalToken: string) {
  const app = new Elysia({ serve: { maxRequestBodySize: maxBodyBytes, reusePort: false } })
    .onError(({ code, error, request }) => answerProblem(db, app.routes, request, code, error))
    .use(assets(db))
    .use(catalogueRoutes(db))
    .use(cartRoutes(db))
    .use(checkoutRoutes(db))
    .use(accountRoutes(db))
    .use(giftCardRoutes(db))
    .use(resetRoutes(db, internalToken))
    .use(webApi(db))
    .use(mobileApi(db));
  return app;
}

function records(db: ShopDatabase): ShopRecords {
  const idOf = (email: string) => findAccount(db, email)?.id ?? 0;
  return {
    mails: (email) => readMails(db, email),
    orders: (email) => listOrders(db, idOf(email)),
    resets: () =>
      db
        .select({ id: webhookDeliveries.webhookId })
        .from(webhookDeliveries)
        .where(notLike(webhookDeliveries.webhookId, "signature %"))
        .all()
        .map(({ id }) => id),
    sessions: (email) =>
      db
        .select({ open: count() })
        .from(sessions)
        .where(eq(sessions.accountId, idOf(email)))
        .get()?.open ?? 0,
  };
}
