/** A customer's own page. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { Account } from "../accounts.ts";
import { formatMoney } from "../money.ts";
import type { Order } from "../orders.ts";
import type { Visitor } from "../visitor.ts";
import { layout } from "./layout.ts";

/** Details, credit and orders. */
export function accountPage(visitor: Visitor, account: Account, orders: readonly Order[]): SafeHtml {
  return layout(
    visitor,
    "Your account",
    html`<div class="section-head"><h1>Hello, ${account.name}</h1>
      <form method="post" action="/logout"><button class="quiet">Sign out</button></form></div>
    <div class="columns">
      <section class="panel">
        <h2>Orders</h2>
        ${
          orders.length === 0
            ? html`<p class="muted">You have not ordered anything yet.</p>`
            : html`<table class="table"><tbody>${orders.map(orderRow)}</tbody></table>`
        }
      </section>
      <aside class="totals">
        <h2>Details</h2>
        <dl><dt>E-mail</dt><dd>${account.email}</dd><dt class="sum">Credit</dt><dd class="sum">${formatMoney(account.credit)}</dd></dl>
        <a class="button wide" href="/gift-cards">Redeem a gift card</a>
      </aside>
    </div>`,
  );
}

function orderRow(order: Order): SafeHtml {
  const date = new Date(order.createdAt).toISOString().slice(0, 10);
  return html`<tr>
    <td><a href="/orders/${order.number}">${order.number}</a></td>
    <td><time datetime="${date}">${date}</time></td>
    <td>${order.paidWith}</td>
    <td>${formatMoney(order.total)}</td>
  </tr>`;
}
