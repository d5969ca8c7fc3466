/** The main navigation, and the alarm that says that an edit of the policies did not go live. */
import { html, type SafeHtml } from "@remix-run/html-template";

/** A section of the console. */
export type Section = "overview" | "events" | "policies" | "accounts" | "alerts" | "system";

const sections: readonly {
  readonly section: Section;
  readonly href: string;
  readonly text: string;
  readonly icon: SafeHtml;
}[] = [
  {
    section: "overview",
    href: "/",
    text: "Overview",
    icon: html`<path d="M2 13h12M3.5 10.5v-3M6.5 10.5v-7M9.5 10.5v-5M12.5 10.5v-8"/>`,
  },
  { section: "events", href: "/events", text: "Events", icon: html`<path d="M2 3.5h12M2 8h12M2 12.5h8"/>` },
  {
    section: "policies",
    href: "/policies",
    text: "Policies",
    icon: html`<path d="M8 1.8 2.8 3.6v4.1c0 3.1 2.1 5.3 5.2 6.6 3.1-1.3 5.2-3.5 5.2-6.6V3.6Z"/>`,
  },
  {
    section: "accounts",
    href: "/accounts",
    text: "Accounts",
    icon: html`<path d="M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8ZM2.5 14c.4-2.9 2.6-4.4 5.5-4.4s5.1 1.5 5.5 4.4"/>`,
  },
  {
    section: "alerts",
    href: "/alerts",
    text: "Alerts",
    icon: html`<path d="M8 1.8a4 4 0 0 0-4 4v2.7L2.6 11h10.8L12 8.5V5.8a4 4 0 0 0-4-4ZM6.5 13.5h3"/>`,
  },
  {
    section: "system",
    href: "/system",
    text: "System",
    icon: html`<path d="M2.5 2.5h11v4.5h-11zM2.5 9h11v4.5h-11zM5 4.75h.01M5 11.25h.01"/>`,
  },
];

/** The navigation with the present section marked. */
export function navigation(current: Section | undefined, policyErrors: number): SafeHtml {
  return html`<nav class="nav" aria-label="Main"><ul>
${sections.map(
  ({ section, href, text, icon }) =>
    html`<li><a href="${href}"${section === current ? html` aria-current="page"` : null}><svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${icon}</svg>${text}${
      section === "policies" && policyErrors > 0
        ? html`<span class="count-dot alarm" title="The last edit did not go live"><span class="visually-hidden">, errors: </span>${policyErrors}</span>`
        : null
    }</a></li>`,
)}
</ul></nav>`;
}
