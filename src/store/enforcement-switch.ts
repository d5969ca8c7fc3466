/** Switches that turn enforcement to shadow: their rows, and the audited writes. */
import type { Database } from "bun:sqlite";
import { and, eq, gt, isNull, or } from "drizzle-orm";
import { drizzle } from "drizzle-orm/bun-sqlite";
import { audit, enforcementSwitch } from "./schema.ts";

/** What can be switched off. */
export type SwitchKind = "policy" | "app" | "panic";

/** Something that is switched off; `name` is empty for `panic`. */
export interface EnforcementSwitch {
  readonly kind: SwitchKind;
  readonly name: string;
  /** Ms since the epoch; without `until` it stays until somebody switches it on. */
  readonly since: number;
  readonly until: number | undefined;
  readonly who: string;
  readonly reason: string;
}

/** Which switch, who turns it on again and why. */
export interface SwitchOn {
  readonly kind: SwitchKind;
  readonly name: string;
  readonly who: string;
  readonly reason: string;
}

const kinds: readonly SwitchKind[] = ["policy", "app", "panic"];

/** What is switched off at a moment, panic first. Throws SQLite's error. */
export function switchesAt(database: Database, now: number): EnforcementSwitch[] {
  const rows = drizzle({ client: database })
    .select()
    .from(enforcementSwitch)
    .where(or(isNull(enforcementSwitch.until), gt(enforcementSwitch.until, now)))
    .orderBy(enforcementSwitch.kind, enforcementSwitch.name)
    .all();
  return rows
    .flatMap(({ kind, until, ...row }) => {
      const known = kinds.find((one) => one === kind);
      return known ? [{ ...row, kind: known, until: until ?? undefined }] : [];
    })
    .toSorted((left, right) => Number(right.kind === "panic") - Number(left.kind === "panic"));
}

/** Switches off, and says so in the audit log; one that is off already gets the new reason and time. */
export function switchOff(database: Database, entry: EnforcementSwitch): void {
  const { kind, name, until, who, reason, since } = entry;
  const row = { kind, name, since, until: until ?? null, who, reason };
  drizzle({ client: database }).transaction((tx) => {
    tx.insert(enforcementSwitch)
      .values(row)
      .onConflictDoUpdate({
        target: [enforcementSwitch.kind, enforcementSwitch.name],
        set: { since, until: row.until, who, reason },
      })
      .run();
    const end = until === undefined ? "until it is switched on" : `until ${new Date(until).toISOString()}`;
    tx.insert(audit)
      .values({ at: since, who, action: actionOf(kind, "off"), detail: detailOf(name, reason, end) })
      .run();
  });
}

/** Switches on again, and says so in the audit log; false when it was not off. */
export function switchOn(database: Database, { kind, name, who, reason }: SwitchOn): boolean {
  return drizzle({ client: database }).transaction((tx) => {
    const gone = tx
      .delete(enforcementSwitch)
      .where(and(eq(enforcementSwitch.kind, kind), eq(enforcementSwitch.name, name)))
      .returning({ name: enforcementSwitch.name })
      .all();
    if (gone.length === 0) return false;
    tx.insert(audit)
      .values({ at: Date.now(), who, action: actionOf(kind, "on"), detail: detailOf(name, reason) })
      .run();
    return true;
  });
}

// What is switched is enforcement: panic turns it off.
function actionOf(kind: SwitchKind, to: "on" | "off"): string {
  if (kind === "panic") return to === "off" ? "panic.on" : "panic.off";
  return `switch.${kind}.${to}`;
}

function detailOf(name: string, reason: string, end?: string): string {
  return [name, end, reason].filter((part) => part !== undefined && part !== "").join(": ");
}
