/** How networks are named. */
import { html, type SafeHtml } from "@remix-run/html-template";

const classLabels: Readonly<Record<string, string>> = {
  hosting: "Hosting",
  bulletproof: "Bulletproof",
  vpn: "VPN",
  relay: "Private relay",
  cdn: "CDN",
  mobile: "Mobile",
  isp: "Access provider",
  education: "Education",
  business: "Business",
  private: "Private",
};

/** The classes that a filter offers. */
export const networkClasses: readonly string[] = Object.keys(classLabels);

/** A network class in words. */
export function classLabel(networkClass: string | undefined): string {
  return networkClass === undefined ? "Unclassified" : (classLabels[networkClass] ?? networkClass);
}

/** A network class as a small label; infrastructure that serves abuse stands out. */
export function classChip(networkClass: string | undefined): SafeHtml | undefined {
  if (networkClass === undefined) return undefined;
  return html`<span class="chip${networkClass === "bulletproof" ? " bad" : ""}">${classLabel(networkClass)}</span>`;
}
