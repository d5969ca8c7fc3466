import { expect, test } from "bun:test";
import { PasswordCheck } from "./password-check.ts";

const cheap = { algorithm: "argon2id", memoryCost: 64, timeCost: 1 } as const;

test("an unknown user is checked as slowly as a known one", async () => {
  const check = new PasswordCheck();
  await check.prepare();
  const hash = await Bun.password.hash("right");
  const time = async (known: string | undefined) => {
    const start = performance.now();
    expect(await check.verify("wrong", known)).toBe("wrong");
    return performance.now() - start;
  };
  await time(hash);
  const [known, unknown] = [await time(hash), await time(undefined)];
  expect(unknown).toBeGreaterThan(known / 4);
});

test("a flood waits in a short queue and the rest is turned away", async () => {
  const check = new PasswordCheck();
  const hash = await Bun.password.hash("right", cheap);
  const verdicts = await Promise.all(Array.from({ length: 40 }, () => check.verify("right", hash)));
  expect(verdicts.filter((verdict) => verdict === "right")).toHaveLength(18);
  expect(verdicts.filter((verdict) => verdict === "busy")).toHaveLength(22);
  expect(await check.verify("right", hash)).toBe("right");
});

test("a hash that cannot be read lets no one in", async () => {
  expect(await new PasswordCheck().verify("x", "plain:x")).toBe("wrong");
});
