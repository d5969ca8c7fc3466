/** A small set to edit, for tests: `|` in a text marks the place of the cursor. */
import { sampleScheme } from "../sample-scheme.ts";
import type { PolicySources, SourcePosition } from "./policy-sources.ts";

/** An app, lists and a measure that the edited file may speak of. */
export const shopText = `# The shop itself.
# Two routes matter.
app shop {
  tags   retail
  hosts  shop.example
  route  login POST /login tagged auth
  route  card  GET  /cards/:code tagged gift_card
  identify username = body.email
  outcome login success status 303 failure status 401
}

# Hosting companies.
list bad_asn: asn = [9009]
list office: cidr = [10.9.0.0/24]
measure logins = count at shop.login by ip over 10m
measure failures = count at shop.login.failure by ip over 10m
fingerprint scripted { +50 header x-app missing match at 50 }
response fake_page { status 200 html "hello" }
`;

/** The sets and the cursor of a text that is edited beside the shop. */
export function editing(text: string): PolicySources & { position: SourcePosition } {
  const offset = text.indexOf("|");
  const files = [
    { name: "edited.policy", text: offset < 0 ? text : text.slice(0, offset) + text.slice(offset + 1) },
    { name: "shop.policy", text: shopText },
  ];
  return {
    files,
    scheme: sampleScheme,
    lists: { read: () => undefined },
    position: { file: "edited.policy", offset: Math.max(0, offset) },
  };
}
