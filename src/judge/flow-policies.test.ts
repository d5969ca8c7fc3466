/** Policies that read what a client did before, on the path that requests take. */
import { expect, test } from "bun:test";
import { runTests } from "../../dsl/index.ts";
import { PolicyFolder } from "./policy-folder.ts";
import { simulator } from "./simulator.ts";

const shop = `app shop {
  hosts shop.example
  route login  POST /login  tagged auth
  route browse GET  /items
  route redeem POST /redeem tagged money
  identify username = body.email
  identify session  = header authorization | response body.token
  outcome login success status 200
                failure status 401
}`;

function failuresOf(policies: string): readonly unknown[] | undefined {
  const files = [{ name: "flow.policy", text: `${shop}\n${policies}` }];
  const { report, diagnostics } = runTests(files, new PolicyFolder("policies"), simulator());
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return report?.cases.flatMap(({ failures }) => failures);
}

test("a list in the order of the alphabet stops its tool; people who sign in do not", () => {
  const failures = failuresOf(`
policy sorted_list on shop.login {
  mode enforce
  when { flow.list_run >= 8 }
  then { block }
}
test sorted_list {
  let try = POST /login { host shop.example, body { email: "a@x.example", password: "p" } }
  case "a list" {
    send try varying body.email times 12 every 2s answering login.failure
    expect block by sorted_list
  }
  case "somebody who mistypes" {
    send try times 5 every 20s answering login.failure
    expect allow
  }
}`);
  expect(failures).toEqual([]);
});

test("a timer is told from a person by its pace, and a test may simply say so", () => {
  const failures = failuresOf(`
policy timer on shop.browse {
  mode enforce
  when { flow.regularity > 90% }
  then { block }
}
test timer {
  let look = GET /items { host shop.example }
  case "every two seconds" {
    send look times 20 every 2s
    expect block by timer
  }
  case "few" {
    send look times 6 every 2s
    expect allow
  }
  case "said" {
    send look with { flow.regularity 95% }
    expect block by timer
  }
}`);
  expect(failures).toEqual([]);
});
