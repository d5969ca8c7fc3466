import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { migrate } from "./migrate.ts";
import { costsOf, latestCosts, saveCosts } from "./policy-costs.ts";

const cost = (policy: string, meanNs: number | undefined) => ({
  policy,
  meanNs,
  requests: 9,
  asked: 3,
  matched: 1,
});

test("costs are kept by revision; a policy that was not measured since keeps what was known", () => {
  const database = new Database(":memory:", { strict: true });
  database.run("PRAGMA foreign_keys = ON");
  migrate(database, ":memory:");
  for (const id of [1, 2]) {
    database.run(
      `INSERT INTO policy_revision (id, hash, activation, created_at, ir_version, ir, sources, note) VALUES (${id}, 'h${id}', ${id}, 0, 1, '{}', '[]', '')`,
    );
  }
  saveCosts(database, { revision: 1, costs: [cost("a", 85.5), cost("b", undefined)] });
  saveCosts(database, { revision: 2, costs: [cost("a", 10)] });
  saveCosts(database, { revision: 1, costs: [cost("a", 90)] });
  expect(costsOf(database, 1)).toEqual([cost("a", 90), cost("b", undefined)]);
  expect(costsOf(database, 2)).toEqual([cost("a", 10)]);
  expect(latestCosts(database)).toEqual(costsOf(database, 2));
  expect(() => saveCosts(database, { revision: 3, costs: [cost("a", 1)] })).toThrow("FOREIGN KEY");
  database.close();
});
