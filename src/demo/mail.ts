/** The shop's outgoing mail: kept in a table, where tests and the curious read it. */
import { desc, eq } from "drizzle-orm";
import type { ShopDatabase } from "./database.ts";
import { mails } from "./schema.ts";

/** Puts a mail in the table; it goes nowhere else. */
export function sendMail(db: ShopDatabase, recipient: string, subject: string, body: string): void {
  db.insert(mails).values({ recipient, subject, body, sentAt: Date.now() }).run();
}

/** The newest 100 mails to an address, newest first. */
export function readMails(db: ShopDatabase, recipient: string): { subject: string; body: string }[] {
  return db
    .select({ subject: mails.subject, body: mails.body })
    .from(mails)
    .where(eq(mails.recipient, recipient))
    .orderBy(desc(mails.id))
    .limit(100)
    .all();
}
