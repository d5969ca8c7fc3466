/** The sign-in page. */
import { html, type SafeHtml } from "@remix-run/html-template";
import { assetUrl } from "../assets/embedded-assets.ts";
import type { Theme } from "../fragments/theme-switch.ts";
import { barePage } from "../layout.ts";

/** What the form starts with. */
export interface SignInModel {
  readonly theme: Theme;
  /** A path of this console to go to afterwards. */
  readonly next: string;
  readonly name: string;
  /** Why the last try failed. */
  readonly trouble: string | undefined;
}

/** The whole page. */
export function signInPage(model: SignInModel): SafeHtml {
  const describedBy = model.trouble === undefined ? null : html` aria-describedby="sign-in-trouble"`;
  return barePage(
    model.theme,
    "Sign in",
    html`<div class="card">
<p class="brand"><img src="${assetUrl.mark}" alt="" width="30" height="30">Sallyport</p>
<div><h1>Sign in</h1><p class="lead">To the console of this gateway.</p></div>
${model.trouble === undefined ? null : html`<p class="notice tone-block" role="alert" id="sign-in-trouble">${model.trouble}</p>`}
<form method="post" action="/sign-in">
<input type="hidden" name="next" value="${model.next}">
<label><span>Name</span><input name="name" value="${model.name}" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="64"${model.name === "" ? html` autofocus` : null}${describedBy}></label>
<label><span>Password</span><input name="password" type="password" autocomplete="current-password" required maxlength="512"${model.name === "" ? null : html` autofocus`}${describedBy}></label>
<button class="primary">Sign in</button>
</form>
</div>`,
  );
}
