/** The fields of what a client did before; missing where there is too little to tell. */
import { observed, placed, type Row } from "./field-row.ts";

/** Rows of the field table. */
export const flowFields: readonly Row[] = [
  observed(
    "print.flow",
    "text",
    3000,
    "Print of the last three routes, the usual gap, its evenness, assets and revalidation, rounded; changes as a visit goes on: evidence, no key by itself. Missing before four steps and behind a front.",
    (f) => (f.front ? undefined : f.flow?.print),
  ),
  observed(
    "flow.assets_per_page",
    "int",
    1000,
    "Pictures, styles and scripts asked for, for each page, rounded down; small too for a browser with a full cache. Missing before three pages and behind a front, whose cache answers them.",
    (f) => (f.front ? undefined : f.flow?.assetsPerPage),
  ),
  observed(
    "flow.revalidates",
    "bool",
    1000,
    "True once the client asked whether what it holds has changed, as caches do; false after 20 requests without. Missing behind a front.",
    (f) => (f.front ? undefined : f.flow?.isRevalidating),
  ),
  observed(
    "flow.regularity",
    "percent",
    1000,
    "How even the time between the client's steps is: near 0% for people, near 100% for a timer. Missing before nine steps.",
    (f) => f.flow?.regularity,
  ),
  placed(
    observed(
      "flow.steps_to_money",
      "int",
      1000,
      "Steps from `login.success` to this one, on routes tagged `money`; missing elsewhere and in sessions whose login was not seen.",
      (f) => f.flow?.stepsToMoney,
    ),
  ),
  placed(
    observed(
      "flow.time_to_money",
      "duration",
      1000,
      "Time from `login.success` to this request, on routes tagged `money`; missing as `flow.steps_to_money` is.",
      (f) => f.flow?.timeToMoneyMs,
    ),
  ),
  placed(
    observed(
      "flow.retry_after_failure",
      "bool",
      1000,
      "True at a login for the account that failed just before, as people retry; false for another one, as lists go on. Missing where none failed within 10 minutes. Others behind the same address look like one client: for shares, not by itself.",
      (f) => f.flow?.isRetry,
    ),
  ),
  placed(
    observed(
      "flow.list_run",
      "int",
      1000,
      "How many different usernames in a row this client has tried in the order of the alphabet, up or down, this one included; eight by chance are one in 20,000.",
      (f) => f.flow?.listRun,
    ),
  ),
  placed(
    observed(
      "flow.mail_domains",
      "int",
      1000,
      "Different mail domains among the last 16 usernames that this client tried; missing before eight.",
      (f) => f.flow?.mailDomains,
    ),
  ),
];
