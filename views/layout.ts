/** The frame of every page: head, navigation, and the place for the page itself. */
import { html, type SafeHtml } from "@remix-run/html-template";
import { assetUrl } from "./assets/embedded-assets.ts";
import { navigation, type Section } from "./fragments/navigation.ts";
import { type Panic, panicBanner } from "./fragments/panic-banner.ts";
import { type Theme, themeSwitch } from "./fragments/theme-switch.ts";

/** What the frame needs to know about who looks and at what. */
export interface Frame {
  readonly viewer: string;
  readonly theme: Theme;
  readonly version: string;
  /** Errors that keep the policies folder from going live; shown beside Policies. */
  readonly policyErrors: number;
  /** Everything is switched off. */
  readonly panic?: Panic | undefined;
}

// No eval: CSP forbids it, and no page uses what needs it. The extensions are named so that no other loads.
const htmxConfig =
  '{"includeIndicatorCSS":false,"extensions":"sse","defaultTimeout":15000,"history":true,"transitions":false}';

/** A page with navigation, for someone who is signed in. */
export function page(frame: Frame, section: Section | undefined, title: string, body: SafeHtml): SafeHtml {
  return document_(
    title,
    frame.theme,
    html`<a class="skip" href="#main">Skip to content</a>
<div class="frame">
<header class="side">
<a class="brand" href="/"><img src="${assetUrl.mark}" alt="" width="26" height="26">Sallyport</a>
${navigation(section, frame.policyErrors)}
<div class="side-foot">
<p class="who"><span title="Signed in">${frame.viewer}</span></p>
<div class="row">
${themeSwitch(frame.theme)}
<form method="post" action="/sign-out"><button class="quiet">Sign out</button></form>
</div>
<small>Version ${frame.version} · times in UTC</small>
</div>
</header>
<main id="main" tabindex="-1">
${panicBanner(frame.panic)}
${body}
</main>
</div>`,
  );
}

/** A page that stands alone: sign-in, and what is said to people who are not signed in. */
export function barePage(theme: Theme, title: string, body: SafeHtml): SafeHtml {
  return document_(title, theme, html`<main id="main" class="alone">${body}</main>`);
}

function document_(title: string, theme: Theme, body: SafeHtml): SafeHtml {
  return html`<!doctype html>
<html lang="en" data-theme="${theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="htmx-config" content="${htmxConfig}">
<title>${title} · Sallyport</title>
<link rel="icon" href="${assetUrl.mark}" type="image/svg+xml">
<link rel="stylesheet" href="${assetUrl.style}">
<script src="${assetUrl.htmx}" defer></script>
<script src="${assetUrl.sse}" defer></script>
<script src="${assetUrl.script}" defer></script>
</head>
<body>
${body}
</body>
</html>
`;
}
