/** The bundled shop's own sign-in page and API, learned and given: a client cannot tell the lie by its bytes. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { connectRaw } from "../support/raw-client.ts";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(60_000);

const policies = `
response wrong_page like shop.login failure
response wrong_api like shop.login_api failure
response no_card like shop.card failure
policy page_liar on shop.login { priority 990  when { header x-bot present } then { deceive wrong_page } }
policy api_liar on shop.login_api { priority 980  when { header x-bot present } then { deceive wrong_api } }
policy card_liar on shop.card { priority 970  when { header x-bot present } then { deceive no_card } }
`;

let folder: string;
let sallyport: RunningSallyport;
let asked = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sallyport-learned-shop-"));
  await cp(resolve(import.meta.dir, "../../policies/shop.policy"), join(folder, "shop.policy"));
  await Bun.write(join(folder, "liars.policy"), policies);
  sallyport = await startSallyport({ args: ["--policies", folder, "--trusted-proxies", "127.0.0.1"] });
});

afterAll(async () => {
  await sallyport.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Kind {
  readonly name: string;
  readonly lines: (asked: string) => string;
  readonly body: (asked: string) => string;
}

const form = "Content-Type: application/x-www-form-urlencoded\r\n";
const kinds: readonly Kind[] = [
  {
    name: "the sign-in page",
    lines: () => `POST /login HTTP/1.1\r\n${form}`,
    body: (who) =>
      `email=${encodeURIComponent(`${who}o'neil@x.example`)}&password=wrong&next=%2Fcart%3Ffor%3D${who}`,
  },
  {
    name: "the sign-in API",
    lines: () => "POST /api/login HTTP/1.1\r\nContent-Type: application/json\r\n",
    body: (who) => JSON.stringify({ email: `${who}@x.example`, password: "wrong" }),
  },
  {
    name: "a card's balance",
    lines: (who) => `GET /gift-cards/${who}XYZ/balance HTTP/1.1\r\n`,
    body: () => "",
  },
];

/** One answer, what was asked masked, and the date of now. */
async function ask({ lines, body }: Kind, isBot: boolean): Promise<string> {
  const who = `U${String(++asked).padStart(5, "0")}`;
  const text = body(who);
  const client = await connectRaw(Number(new URL(sallyport.edgeUrl).port));
  const length = text === "" ? "" : `Content-Length: ${text.length}\r\n`;
  const bot = isBot ? "X-Bot: 1\r\n" : "";
  client.send(
    `${lines(who)}Host: shop.example\r\nX-Forwarded-For: 198.51.100.${asked % 250}\r\n${bot}${length}Connection: close\r\n\r\n${text}`,
  );
  const { received } = await client.closed();
  return received.replaceAll(new RegExp(who, "gi"), "WHO").replace(/^date: .*$/im, "Date");
}

test.each(kinds)("$name is learned and given byte for byte", async (kind) => {
  const genuine = new Set<string>();
  for (let index = 0; index < 12; index++) genuine.add(await ask(kind, false));
  await waitUntil("it is learned", async () => !(await ask(kind, true)).startsWith("HTTP/1.1 403 "));
  for (let index = 0; index < 12; index++) genuine.add(await ask(kind, false));
  const lies = new Set<string>();
  for (let index = 0; index < 20; index++) lies.add(await ask(kind, true));
  expect([...lies].filter((lie) => !genuine.has(lie))).toEqual([]);
});
