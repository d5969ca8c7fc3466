/** Customers of the demo shop as they are: a person with a browser, and the shop's app on a phone. */
import type { Page } from "playwright-core";
import { connectRaw } from "./raw-client.ts";

/** Who a customer signs in as. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Signs in on the login page, as it is in the browser now or after going there. */
export async function signInToShop(
  page: Page,
  shopUrl: string,
  { email, password }: Credentials,
): Promise<void> {
  if (new URL(page.url() === "about:blank" ? shopUrl : page.url()).pathname !== "/login") {
    await page.goto(`${shopUrl}/login`);
  }
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.locator("main").getByRole("button", { name: "Sign in" }).click();
}

/** Searches, and puts the first thing found into the cart; resolves with its price in pence. */
export async function findAndAdd(page: Page, what: string): Promise<number> {
  await page.getByLabel("Search the shop").fill(what);
  await page.getByRole("button", { name: "Search" }).click();
  await page.locator('main a[href^="/products/"]').first().click();
  await page.getByRole("button", { name: "Add to cart" }).click();
  await page.getByText("It is in your cart.").waitFor();
  const price = (await page.locator("main .price").first().textContent()) ?? "";
  return Math.round(Number(price.replaceAll(/[£,\s]/g, "")) * 100);
}

/** Goes from the cart to a paid order; pays by card unless a gift card's code is given. */
export async function checkOut(page: Page, giftCard?: string): Promise<void> {
  await page.getByRole("link", { name: /^Cart/ }).click();
  await page.getByRole("link", { name: "Check out" }).click();
  await page.getByLabel("Address", { exact: true }).fill("3 Chandlery Row");
  await page.getByLabel("Town").fill("Saltwick");
  await page.getByLabel("Postcode").fill("SW1 2HP");
  if (giftCard === undefined) {
    await page.getByLabel("Card number").fill("4242 4242 4242 4242");
    await page.getByLabel("Expires").fill("12/49");
    await page.getByLabel("Security code").fill("123");
  } else {
    await page.getByRole("radio", { name: "Gift card" }).check();
    await page.getByLabel("Gift card code").fill(giftCard);
  }
  await page.getByRole("button", { name: /^Pay / }).click();
  await page.getByRole("heading", { name: "Thank you" }).waitFor();
}

/** One sign-in of the app, with the bytes that OkHttp sends; gives the status and the token if there is one. */
export async function signInByApp(
  port: number,
  credentials: Credentials,
): Promise<{ status: number; token: string | undefined }> {
  const body = JSON.stringify({ email: credentials.email, password: credentials.password });
  const client = await connectRaw(port);
  client.send(
    `POST /api/v1/session HTTP/1.1\r\nX-App-Version: 7.4.1\r\nAccept: application/json\r\n` +
      `Content-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Host: 127.0.0.1:${port}\r\nConnection: Keep-Alive\r\nAccept-Encoding: gzip\r\nUser-Agent: okhttp/4.12.0\r\n\r\n${body}`,
  );
  const answer = await client.until(/\r\n\r\n[^]+$/, 10_000);
  client.close();
  return {
    status: Number(answer.slice(9, 12)),
    token: /"access_token":"([^"]+)"/.exec(answer)?.[1],
  };
}
