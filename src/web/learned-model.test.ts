import { expect, test } from "bun:test";
import { learnedAnswers } from "../../views/fragments/learned-answers.ts";
import type { LearnedAnswer } from "../perform/answer-template.ts";
import { learnedModel } from "./learned-model.ts";

const learned: LearnedAnswer = {
  answers: 12,
  accounts: 9,
  problem: undefined,
  latencies: [10, 20, 90],
  learnedAt: 0,
  templates: [
    {
      status: 401,
      phrase: "Nope",
      headers: [
        ["Date", []],
        ["X-Id", [{ shape: { kind: "chars", segments: [], isPadded: false }, scope: "answer" }]],
      ],
      body: ["<b>", { echo: "body.email", form: "html" }, "</b>"],
      coding: undefined,
      framing: "length",
      seen: { "": 12 },
    },
  ],
};

test("the console shows what a lie has learned, values masked and markup as text", () => {
  const model = learnedModel("bank.login failure", learned);
  expect(model.preview).toBe("401 Nope\nDate: ‹now›\nX-Id: ‹token›\n\n<b>‹body.email›</b>");
  const page = learnedAnswers([model]).join("");
  expect(page).toContain("&lt;b&gt;‹body.email›&lt;/b&gt;");
  expect(page).toContain("12 answers of 9 accounts; half of them came within 20 ms");
});

test("what is not learned yet says how far it is", () => {
  const unknown = learnedAnswers([learnedModel("bank.login failure", undefined)]).join("");
  expect(unknown).toContain("not learned yet: no genuine answer has been seen");
  const few = { ...learned, templates: [], problem: "3 of 5 answers" };
  expect(learnedAnswers([learnedModel("x.y", few)]).join("")).toContain("not learned yet: 3 of 5 answers");
});
