/** Light or dark: the system's choice until someone picks one; a plain form, so that it works without scripts. */
import { html, type SafeHtml } from "@remix-run/html-template";

/** The chosen appearance. */
export type Theme = "auto" | "light" | "dark";

/** True if a text names an appearance. */
export function isTheme(text: string | undefined): text is Theme {
  return text === "auto" || text === "light" || text === "dark";
}

const steps: readonly { readonly from: Theme; readonly to: Theme; readonly text: string }[] = [
  { from: "auto", to: "dark", text: "Auto" },
  { from: "dark", to: "light", text: "Dark" },
  { from: "light", to: "auto", text: "Light" },
];

/** A button that shows the present appearance and steps to the next. */
export function themeSwitch(theme: Theme): SafeHtml {
  return html`<form method="post" action="/theme" data-theme-form>
${steps.map(
  ({ from, to, text }) =>
    html`<button class="quiet" name="theme" value="${to}" data-shown-in="${from}" aria-label="Appearance: ${text}. Switch to ${to}"${from === theme ? null : html` hidden`}>${text}</button>`,
)}
</form>`;
}
