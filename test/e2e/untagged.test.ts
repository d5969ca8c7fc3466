/** A login that no route declares is in the console's report, with the line that declares it and without what was typed. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { type ConsoleSession, signIn } from "../support/console-session.ts";
import { answerWith, type RawOrigin, startRawOrigin } from "../support/raw-origin.ts";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";

setDefaultTimeout(30_000);

let origin: RawOrigin;
let sallyport: RunningSallyport;
let session: ConsoleSession;

beforeAll(async () => {
  origin = startRawOrigin(
    answerWith("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nSet-Cookie: sid=s3cret\r\n\r\n"),
  );
  sallyport = await startSallyport({ args: ["--origin", origin.url] });
  session = await signIn(sallyport.consoleUrl, sallyport.password);
});

afterAll(async () => {
  await sallyport.stop();
  origin.stop();
});

test("it is listed on the page and by the API", async () => {
  const answer = await fetch(`${sallyport.edgeUrl}/v9/mobile/signin/4711`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user: { email: "ann@x.example", password: "hunter2" } }),
  });
  expect(answer.status).toBe(401);
  const json = await session.fetch("/api/v1/untagged");
  expect(await json.json()).toMatchObject({
    untagged: [
      {
        method: "POST",
        path: "/v9/mobile/signin/:id",
        secretField: "user.password",
        userField: "user.email",
        refusals: 1,
        cookies: 1,
      },
    ],
    lines: {
      shop: [
        "route found_mobile_signin POST /v9/mobile/signin/:id tagged auth",
        "identify username = body.user.email",
      ],
    },
  });
  const page = await (await session.fetch("/onboarding/untagged")).text();
  expect(page).toContain("route found_mobile_signin POST /v9/mobile/signin/:id tagged auth");
  expect(page).not.toMatch(/hunter2|ann@x|4711|s3cret/);
});
