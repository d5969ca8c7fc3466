/** Keeps the shop's tables bounded however many carts, mails and sessions are thrown at it. */
import { desc, lt } from "drizzle-orm";
import type { ShopDatabase } from "./database.ts";
import { cartItems, forcedResets, mails, resets, sessions, webhookDeliveries } from "./schema.ts";

const day = 86_400_000;
const keptMails = 5000;
const keptCartLines = 50_000;

/** Deletes what has expired, carts untouched for 30 days, and the oldest beyond the limits. */
export function sweep(db: ShopDatabase, now: number): void {
  db.delete(sessions).where(lt(sessions.expiresAt, now)).run();
  db.delete(resets).where(lt(resets.expiresAt, now)).run();
  db.delete(webhookDeliveries)
    .where(lt(webhookDeliveries.receivedAt, now - 30 * day))
    .run();
  db.delete(forcedResets)
    .where(lt(forcedResets.forcedAt, now - 30 * day))
    .run();
  db.delete(cartItems)
    .where(lt(cartItems.touchedAt, now - 30 * day))
    .run();
  const line = db
    .select()
    .from(cartItems)
    .orderBy(desc(cartItems.touchedAt))
    .offset(keptCartLines)
    .limit(1)
    .get();
  if (line !== undefined)
    db.delete(cartItems)
      .where(lt(cartItems.touchedAt, line.touchedAt + 1))
      .run();
  const mail = db.select().from(mails).orderBy(desc(mails.id)).offset(keptMails).limit(1).get();
  if (mail !== undefined)
    db.delete(mails)
      .where(lt(mails.id, mail.id + 1))
      .run();
}
