/** Gift cards: buy, check, redeem, on one page. */
import { html, type SafeHtml } from "@remix-run/html-template";
import { formatMoney } from "../money.ts";
import type { Visitor } from "../visitor.ts";
import { field, paymentFields } from "./form-field.ts";
import { layout, message } from "./layout.ts";

/** What to say above the page, and how. */
export interface GiftCardNotice {
  text: string;
  tone: "good" | "problem";
}

/** The three forms; buying and redeeming need an account. */
export function giftCardsPage(visitor: Visitor, notice?: GiftCardNotice): SafeHtml {
  const credit = visitor.account?.credit ?? 0;
  return layout(
    visitor,
    "Gift cards",
    html`<section class="gift-hero">
      <div><h1>Gift cards</h1><p>From £10 to £500, good for anything in the shop, and they do not expire.</p></div>
      <div class="gift-sample" aria-hidden="true"><span>Harbour &amp; Pine</span><b>HPGC-0000-0000-0000</b></div>
    </section>
    ${notice === undefined ? null : message(notice.text, notice.tone)}
    <div class="trio">
      <section class="panel"><h2>Buy one</h2>${
        visitor.account === undefined
          ? signInFirst("buy a gift card")
          : html`<form method="post" action="/gift-cards">
            ${field({ name: "amount", label: "Amount in pounds", type: "number", value: "25" })}
            ${paymentFields(credit > 0 ? formatMoney(credit) : undefined, false)}
            <button class="button wide" type="submit">Buy</button>
          </form>`
      }</section>
      <section class="panel"><h2>Check a balance</h2>
        <form method="post" action="/gift-cards/balance">
          ${field({ name: "code", label: "Card code", id: "balance-code", placeholder: "HPGC-0000-0000-0000" })}
          <button class="button wide" type="submit">Check</button>
        </form>
      </section>
      <section class="panel"><h2>Redeem to your account</h2>${
        visitor.account === undefined
          ? signInFirst("redeem a card")
          : html`<form method="post" action="/gift-cards/redeem">
            ${field({ name: "code", label: "Card code", id: "redeem-code", placeholder: "HPGC-0000-0000-0000" })}
            <button class="button wide" type="submit">Redeem</button>
          </form><p class="muted">Your credit: ${formatMoney(credit)}</p>`
      }</section>
    </div>`,
  );
}

function signInFirst(what: string): SafeHtml {
  return html`<p>Please <a href="/login?next=/gift-cards">sign in</a> to ${what}.</p>`;
}
