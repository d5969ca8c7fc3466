/** Puts accounts at risk: one entry an incident, and in the same transaction the call that is made about it. */
import type { Database } from "bun:sqlite";
import type { AttackMatch, SignIn } from "./account-rows.ts";
import { writeEntry } from "./durable-entry.ts";
import { encodeAccount } from "./encode-account.ts";
import { eventTime } from "./event-row.ts";

/** Lines kept of an account's story. */
const mostNotes = 200;

interface Known {
  readonly id: number;
  readonly state: number;
  readonly call: string | null;
  readonly closed_at: number | null;
}

type FoundOrNew = Omit<SignIn, "attack" | "clusters" | "isNewPlace" | "isShared">;

/** What came of a sign-in within an attack. */
export interface RiskEnd {
  /** The account's number; undefined when nothing is to be kept: a person closed the matter after this sign-in. */
  readonly account: number | undefined;
  /** Calls and alerts that are new in the outbox. */
  readonly told: number;
}

/** Keeps a sign-in within an attack, inside a transaction of the caller's. Doing it twice changes nothing. */
export function putAtRisk(
  database: Database,
  signIn: FoundOrNew,
  attack: AttackMatch,
  isLater: boolean,
  now: number,
): RiskEnd {
  const at = eventTime(signIn.event);
  const known = accountOf(database, signIn, at);
  if (known.closed_at !== null && at <= known.closed_at) return { account: undefined, told: 0 };
  const isOpen = known.state >= 1 && known.state <= 3;
  if (isOpen && hasNote(database, known.id, signIn.event)) return { account: known.id, told: 0 };
  if (isOpen) database.query("UPDATE account SET signins = signins + 1 WHERE id = ?").run(known.id);
  else open(database, known.id, signIn.event, attack, isLater);
  note(database, known.id, { at, what: isOpen ? "signed_in" : "at_risk", event: signIn.event, attack });
  const told = attack.isInForce ? tell(database, known, { isOpen, signIn, attack, now }) : 0;
  return { account: known.id, told };
}

function accountOf(database: Database, { app, account }: FoundOrNew, at: number): Known {
  database
    .query(
      `INSERT INTO account (app, hash, state, first_at, last_at, attempts, stopped, sources, signins, amount)
       VALUES (?1, ?2, 0, ?3, ?3, 0, 0, 0, 0, 0) ON CONFLICT (hash, app) DO NOTHING`,
    )
    .run(app, encodeAccount(account), at);
  const row = database
    .query<Known, [Uint8Array | string | null, string]>(
      "SELECT id, state, call, closed_at FROM account WHERE hash = ? AND app = ?",
    )
    .get(encodeAccount(account), app);
  if (!row) throw new Error("an account that was just written is not there");
  return row;
}

function open(
  database: Database,
  id: number,
  event: number,
  { policy, reason }: AttackMatch,
  isLater: boolean,
): void {
  database
    .query(
      `UPDATE account SET state = 1, signins = signins + 1, risk_event = ?, risk_at = ?, risk_later = ?,
         risk_policy = ?, risk_reason = ?, call = NULL, told_at = NULL, closed_at = NULL WHERE id = ?`,
    )
    .run(event, eventTime(event), isLater ? 1 : 0, policy, reason, id);
}

interface Telling {
  readonly isOpen: boolean;
  readonly signIn: FoundOrNew;
  readonly attack: AttackMatch;
  readonly now: number;
}

/** One call an incident, whichever of its sign-ins was the first that a policy in force speaks about. */
function tell(database: Database, known: Known, { isOpen, signIn, attack, now }: Telling): number {
  if (isOpen && known.call !== null) return 0;
  const { event, app, call, alert } = signIn;
  const { policy } = attack;
  const calls = call ? [{ ...call, policy, app, event, once: undefined }] : [];
  const reasons = { [attack.reason]: 1 };
  const alerts = alert && !isOpen ? [{ ...alert, policy, evidence: { ...alert.evidence, reasons } }] : [];
  if (calls.length + alerts.length === 0) return 0;
  const fresh = writeEntry(database, { calls, alerts }, now);
  if (call) database.query("UPDATE account SET call = ? WHERE id = ?").run(call.id, known.id);
  return fresh + alerts.length;
}

interface NewNote {
  readonly at: number;
  readonly what: "at_risk" | "signed_in";
  readonly event: number;
  readonly attack: AttackMatch;
}

function note(database: Database, account: number, { at, what, event, attack }: NewNote): void {
  const mode = attack.isInForce ? "" : " (in shadow)";
  database
    .query(
      `INSERT INTO account_note (account, at, who, what, reason, event) SELECT ?1, ?2, ?3, ?4, ?5, ?6
       WHERE (SELECT count(*) FROM account_note WHERE account = ?1) < ${mostNotes}`,
    )
    .run(account, at, `policy ${attack.policy}${mode}`, what, attack.reason, event);
}

function hasNote(database: Database, account: number, event: number): boolean {
  return (
    database.query("SELECT 1 FROM account_note WHERE account = ? AND event = ?").get(account, event) !== null
  );
}
