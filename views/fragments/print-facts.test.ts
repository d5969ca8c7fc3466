import { expect, test } from "bun:test";
import { sampleEvent } from "../../src/store/sample-event.ts";
import { printFacts } from "./print-facts.ts";

const none = { skeleton: undefined, stack: undefined, shape: undefined };

test("an event shows its prints with what they are made of, as text, and leads to others with the same", () => {
  const event = sampleEvent({
    skeleton: "s1:1",
    stack: "t1:2",
    ja4: "t13d1",
    headerVector: "1.1 form Host <script>",
  });
  const shown = String(printFacts(event, { ...none, skeleton: "s1:1", stack: "t1:2" }));
  expect(shown).toContain("Host &lt;script&gt;");
  for (const link of ["print=s1%3A1", "stack=t1%3A2", "ja4=t13d1"]) expect(shown).toContain(link);
  expect(shown).not.toContain("now");
});

test("a print of an older version says what it would be now; what was not kept is not made up", () => {
  const event = sampleEvent({ skeleton: "s0:1", shape: "h0:2" });
  const shown = String(printFacts(event, { ...none, skeleton: "s1:9" }));
  expect(shown).toContain("now <code>s1:9</code>");
  expect(shown.match(/now/g)).toHaveLength(1);
});
