/** The fields of an account and its session beyond one request: what was proven, what is known from before, and how it stands. */
import type { FieldType, FieldValue } from "../../dsl/index.ts";
import type { Facts } from "./facts.ts";
import { observed, placed, type Row } from "./field-row.ts";

/** At routes with an outcome about the account that the request names, elsewhere about the session's. */
const past = (
  name: string,
  type: FieldType,
  doc: string,
  read: (facts: Facts) => FieldValue | undefined,
): Row => placed(observed(name, type, 2500, doc, read));

/** Rows of the field table. */
export const accountFields: readonly Row[] = [
  placed(
    observed(
      "session.age",
      "duration",
      2000,
      "How long ago `login.success` bound the session to its account.",
      (f) => {
        return f.sessionAge;
      },
    ),
  ),
  {
    ...placed(
      observed(
        "session.account",
        "text",
        2000,
        "The account that `login.success` opened the session for, whatever else the request says.",
        (f) => f.sessionAccount,
      ),
    ),
    isSensitive: true,
  },
  {
    ...placed(
      observed(
        "session.account_as_written",
        "text",
        2000,
        "`session.account` as it was written when it signed in; missing where that is the same.",
        (f) => f.writtenSessionAccount,
      ),
    ),
    isSensitive: true,
  },
  placed(
    observed(
      "session.stack_changed",
      "bool",
      2200,
      "True when the session was opened with another TLS and HTTP stack than it comes with now.",
      (f) => f.hasChangedStack,
    ),
  ),
  past("account.known", "bool", "True where the account got in within 90 days, else false.", (f) => {
    return f.accountPast.isKnown;
  }),
  past(
    "account.new_stack",
    "bool",
    "True where the account got in with other TLS and HTTP stacks only; missing where none of them is known.",
    (f) => f.accountPast.hasNewStack,
  ),
  past(
    "account.new_net",
    "bool",
    "True where the account got in from other addresses only (IPv6: other /64); missing for an unknown account.",
    (f) => f.accountPast.hasNewNetwork,
  ),
  past(
    "account.idle",
    "duration",
    "How long ago the account last got in; missing for an unknown account.",
    (f) => f.accountPast.idleMs,
  ),
  past(
    "account.risk",
    "text",
    "`at_risk` where somebody got into the account within an attack and nobody was told of it yet, `told` once the call about it was delivered, `acknowledged` once its receiver has answered; missing for all others, recovered and cleared ones too.",
    (f) => f.accountRisk,
  ),
  {
    ...placed(
      observed(
        "device_cookie",
        "text",
        12_000,
        "The device that the edge's signed cookie proves for this account; missing where the app has none, the cookie is forged or too old, or the account never signed in with it.",
        (f) => f.device,
      ),
    ),
    isSensitive: true,
  },
  placed(observed("tags", "textList", 5, "The tags of the app and the route.", (f) => f.placement?.tags)),
];
