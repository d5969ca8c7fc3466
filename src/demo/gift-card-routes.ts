/** Gift cards as pages, and the balance as JSON. */
import { Elysia } from "elysia";
import { readPayment } from "./checkout-routes.ts";
import type { ShopDatabase } from "./database.ts";
import { readField } from "./fields.ts";
import { findCard, formatCardCode, redeemCard } from "./gift-cards.ts";
import { formatMoney, parsePounds, toPounds } from "./money.ts";
import { orderGiftCard } from "./orders.ts";
import { giftCardsPage } from "./pages/gift-cards.ts";
import { json, page, seeOther } from "./respond.ts";
import { readVisitor } from "./visitor.ts";

/** The smallest and largest card that is sold, in pence. */
export const giftCardRange = { min: 1000, max: 50_000 };

const unknownCard = "We do not know a card with that code.";
const signInFirst = "/login?next=/gift-cards";

/** `/gift-cards`, its balance and redeem forms, and `/gift-cards/:code/balance`. */
export function giftCardRoutes(db: ShopDatabase) {
  return new Elysia()
    .get("/gift-cards", ({ request }) => page(giftCardsPage(readVisitor(db, request))))
    .post("/gift-cards", ({ request, body }) => {
      const visitor = readVisitor(db, request);
      if (visitor.account === undefined) return seeOther(signInFirst);
      const amount = parsePounds(readField(body, "amount"));
      if (amount === undefined || amount < giftCardRange.min || amount > giftCardRange.max) {
        return page(giftCardsPage(visitor, problem("Please choose an amount from £10 to £500.")), 422);
      }
      const { id, email } = visitor.account;
      const buyer = { accountId: id, email, shipTo: `by mail to ${email}` };
      const placed = orderGiftCard(db, amount, buyer, readPayment(body));
      if (placed.kind === "placed") return seeOther(`/orders/${placed.number}`);
      return page(giftCardsPage(visitor, problem(placed.message)), placed.kind === "refused" ? 402 : 422);
    })
    .post("/gift-cards/balance", ({ request, body }) => {
      const visitor = readVisitor(db, request);
      const card = findCard(db, readField(body, "code"));
      if (card === undefined) return page(giftCardsPage(visitor, problem(unknownCard)), 404);
      const text = `Card ${formatCardCode(card.code)} has ${formatMoney(card.balance)} on it.`;
      return page(giftCardsPage(visitor, { text, tone: "good" }));
    })
    .get("/gift-cards/:code/balance", ({ params }) => balanceJson(db, params.code))
    .post("/gift-cards/redeem", ({ request, body }) => {
      const { account } = readVisitor(db, request);
      if (account === undefined) return seeOther(signInFirst);
      const result = redeemCard(db, account.id, readField(body, "code"));
      // Read again, so that the page shows the new credit.
      const visitor = readVisitor(db, request);
      if (result.kind === "redeemed") {
        const text = `${formatMoney(result.credited)} is now in your account.`;
        return page(giftCardsPage(visitor, { text, tone: "good" }));
      }
      if (result.kind === "empty_card") {
        return page(giftCardsPage(visitor, problem("There is nothing left on that card.")), 409);
      }
      return page(giftCardsPage(visitor, problem(unknownCard)), 404);
    });
}

/** A card's balance as both JSON APIs give it. */
export function balanceJson(db: ShopDatabase, code: string): Response {
  const card = findCard(db, code);
  if (card === undefined) return json({ error: "no_such_card" }, 404);
  return json({ code: formatCardCode(card.code), balance: toPounds(card.balance), currency: "GBP" });
}

function problem(text: string) {
  return { text, tone: "problem" as const };
}
