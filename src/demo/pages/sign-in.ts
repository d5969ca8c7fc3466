/** Signing in, registering and resetting a password: the three small forms. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { Visitor } from "../visitor.ts";
import { field } from "./form-field.ts";
import { layout, message } from "./layout.ts";

/** The login form; `next` is where to go afterwards, `news` a good message. */
export function loginPage(
  visitor: Visitor,
  form: { email: string; next: string },
  problem = "",
  news = "",
): SafeHtml {
  return small(
    visitor,
    "Sign in",
    problem,
    html`${message(news, "good")}<form method="post" action="/login">
      ${form.next === "" ? null : html`<input type="hidden" name="next" value="${form.next}">`}
      ${field({ name: "email", label: "E-mail", type: "email", value: form.email, autocomplete: "username" })}
      ${field({ name: "password", label: "Password", type: "password", autocomplete: "current-password" })}
      <button class="button wide" type="submit">Sign in</button>
    </form>
    <p><a href="/reset">Forgotten your password?</a></p>
    <p>New here? <a href="/register">Open an account</a></p>`,
  );
}

/** The registration form. */
export function registerPage(
  visitor: Visitor,
  form: { name: string; email: string },
  problem = "",
): SafeHtml {
  return small(
    visitor,
    "Open an account",
    problem,
    html`<form method="post" action="/register">
      ${field({ name: "name", label: "Full name", value: form.name, autocomplete: "name" })}
      ${field({ name: "email", label: "E-mail", type: "email", value: form.email, autocomplete: "username" })}
      ${field({ name: "password", label: "Password, 8 characters or more", type: "password", autocomplete: "new-password" })}
      <button class="button wide" type="submit">Open account</button>
    </form>
    <p>Already with us? <a href="/login">Sign in</a></p>`,
  );
}

/** The form that asks for a reset link. */
export function resetRequestPage(visitor: Visitor, problem = ""): SafeHtml {
  return small(
    visitor,
    "Reset your password",
    problem,
    html`<p>We will send you a link to choose a new one.</p>
    <form method="post" action="/reset">
      ${field({ name: "email", label: "E-mail", type: "email", autocomplete: "username" })}
      <button class="button wide" type="submit">Send the link</button>
    </form>`,
  );
}

/** The answer to every request for a link, whether or not there is such an account. */
export function resetSentPage(visitor: Visitor): SafeHtml {
  return small(
    visitor,
    "Look in your mail",
    "",
    html`<p>If there is an account with that address, a link is on its way. It works for one hour.</p>
    <p><a href="/login">Back to signing in</a></p>`,
  );
}

/** The form behind a mailed link. */
export function resetPage(visitor: Visitor, token: string, problem = ""): SafeHtml {
  return small(
    visitor,
    "Choose a new password",
    problem,
    html`<form method="post" action="/reset/${token}">
      ${field({ name: "password", label: "New password, 8 characters or more", type: "password", autocomplete: "new-password" })}
      <button class="button wide" type="submit">Save it</button>
    </form>`,
  );
}

function small(visitor: Visitor, title: string, problem: string, content: SafeHtml): SafeHtml {
  return layout(
    visitor,
    title,
    html`<div class="panel small-panel"><h1>${title}</h1>${message(problem)}${content}</div>`,
  );
}
