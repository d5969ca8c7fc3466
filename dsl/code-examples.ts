// oxlint-disable max-lines -- a table, one row a code
/** Examples of diagnostics: a set that has it, and the same set mended. Held to their word by a test. */
import { checkExamples } from "./check-examples.ts";
import type { CodeExample } from "./code-example.ts";
import type { Code } from "./codes.ts";

/** By code. */
export const codeExamples: Readonly<Partial<Record<Code, CodeExample>>> = {
  ...checkExamples,
  P001: {
    doc: "Outside of texts and comments only the signs of the language may stand; texts take double quotes.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = 'x' } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "x" } then { block } }`,
  },
  P002: {
    doc: "A text ends on the line on which it begins.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }`,
  },
  P003: {
    doc: "The line says what may stand at this place.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }`,
  },
  P004: {
    doc: "The caret shows the brace that is still open; indenting shows where its partner belongs.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" `,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }`,
  },
  P005: {
    doc: "A file is made of declarations: `app`, `list`, `measure`, `policy`, `test` and the others.",
    example: `app shop { route login POST /login tagged auth }
polcy p on shop { when { path = "/x" } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }`,
  },
  P006: {
    doc: 'Texts know \\", \\\\, \\n, \\r, \\t and \\u{1F600}.',
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "a\\q" } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "a\\\\q" } then { block } }`,
  },
  P007: {
    doc: "Numbers end where they would lose digits.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { conn.requests > 99999999999999999999 } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { conn.requests > 9999 } then { block } }`,
  },
  P009: {
    doc: "Words of the language cannot name anything.",
    example: `app shop { route login POST /login tagged auth }
policy when on shop { when { path = "/x" } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }`,
  },
  P014: {
    doc: "Each declaration has its own clauses; the help lists them.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { priorty 900 when { path = "/x" } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { priority 900 when { path = "/x" } then { block } }`,
  },
  P015: {
    doc: "A clause counts once; two would contradict each other.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { priority 900 priority 800 when { path = "/x" } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { priority 900 when { path = "/x" } then { block } }`,
  },
  P016: {
    doc: "A policy without `then` would do nothing.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }`,
  },
  N001: {
    doc: "Fields are listed in the manual; measures and fingerprints are declared in any file of the folder.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { ip.ans = 9009 } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { ip.asn = 9009 } then { block } }`,
  },
  N002: {
    doc: "Lists are declared in any file of the folder.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { ip.asn in bad } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
list bad: asn = [9009]
policy p on shop { when { ip.asn in bad } then { block } }`,
  },
  N003: {
    doc: "`deceive` names a `response` that is declared.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { deceive lie } }`,
    mend: `app shop { route login POST /login tagged auth }
response lie { status 200 }
policy p on shop { when { path = "/x" } then { deceive lie } }`,
  },
  N004: {
    doc: "A target names an app, a tag after `tagged`, or `everything`.",
    example: `app shop { route login POST /login tagged auth }
policy p on shp { when { path = "/x" } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }`,
  },
  N005: {
    doc: "A route is one of its app.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop.logn { when { path = "/x" } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop.login { when { path = "/x" } then { block } }`,
  },
  N007: {
    doc: "`allow from` names the policies that it silences.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { ip in [10.0.0.1] } then { allow from q } }`,
    mend: `app shop { route login POST /login tagged auth }
policy q on shop { when { path = "/x" } then { block } }
policy p on shop { when { ip in [10.0.0.1] } then { allow from q } }`,
  },
  N008: {
    doc: "Names are global to all files of the folder.",
    example: `app shop { route login POST /login tagged auth }
list a: asn = [1]
list a: asn = [2]
policy p on shop { when { ip.asn in a } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
list a: asn = [1, 2]
policy p on shop { when { ip.asn in a } then { block } }`,
  },
  N011: {
    doc: "A list holds `asn`, `cidr`, `ip`, `country`, `ja4` or `text`.",
    example: `app shop { route login POST /login tagged auth }
list a: asns = [1]
policy p on shop { when { ip.asn in a } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
list a: asn = [1]
policy p on shop { when { ip.asn in a } then { block } }`,
  },
  T001: {
    doc: "Each type of field has its own questions.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { path > 3 } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { conn.requests > 3 } then { block } }`,
  },
  T002: {
    doc: "Nothing is converted: a number is no text.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { conn.requests > "3" } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { conn.requests > 3 } then { block } }`,
  },
  T003: {
    doc: "A list is asked about fields of its own type.",
    example: `app shop { route login POST /login tagged auth }
list a: country = [DE]
policy p on shop { when { ip.asn in a } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
list a: country = [DE]
policy p on shop { when { ip.country in a } then { block } }`,
  },
  T004: {
    doc: "A bare name must be a fingerprint or a field that is true or false.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { path } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path present } then { block } }`,
  },
  T005: {
    doc: "A field is compared with a value, not with another field.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = host } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "host" } then { block } }`,
  },
  T006: {
    doc: "The help shows what an entry of this type looks like.",
    example: `app shop { route login POST /login tagged auth }
list a: country = [Germany]
policy p on shop { when { ip.country in a } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
list a: country = [DE]
policy p on shop { when { ip.country in a } then { block } }`,
  },
  R001: {
    doc: "Patterns are those of RE2.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { path matches /a(b/ } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path matches /a(b)/ } then { block } }`,
  },
  R002: {
    doc: "Lookaround and backreferences cannot run in linear time.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { path matches /a(?=b)/ } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path matches /ab/ } then { block } }`,
  },
  S001: {
    doc: "What a client merely claims, an attacker claims too: an exemption must rest on something observed as well.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { header user-agent contains "partner" } then { allow from all } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { ip in [192.0.2.1] } then { allow from all } }`,
  },
  S002: {
    doc: "A request can be stopped in one way.",
    example: `app shop { route login POST /login tagged auth }
response lie { status 200 }
policy p on shop { when { path = "/x" } then { block deceive lie } }`,
    mend: `app shop { route login POST /login tagged auth }
response lie { status 200 }
policy p on shop { when { path = "/x" } then { deceive lie } }`,
  },
  S003: {
    doc: "A block answers with a status from 400 to 599.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block 200 } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block 403 } }`,
  },
  S005: {
    doc: "The help says what is in range.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { priority 5000 when { path = "/x" } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { priority 900 when { path = "/x" } then { block } }`,
  },
  S006: {
    doc: "The points of all its lines do not reach what it wants.",
    example: `app shop { route login POST /login tagged auth }
fingerprint f { +10 conn.requests > 3 match at 50 }
policy p on shop { when { f } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
fingerprint f { +50 conn.requests > 3 match at 50 }
policy p on shop { when { f } then { block } }`,
  },
  S009: {
    doc: "An empty block holds for everybody or for nobody; leave it out.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { any { } } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }`,
  },
  L001: {
    doc: "List files lie in the policies folder or below it.",
    example: `app shop { route login POST /login tagged auth }
list a: asn from "lists/none.txt"
policy p on shop { when { ip.asn in a } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
list a: asn = [9009]
policy p on shop { when { ip.asn in a } then { block } }`,
  },
  L002: {
    doc: "A policy reads nothing outside of its folder.",
    example: `app shop { route login POST /login tagged auth }
list a: asn from "../a.txt"
policy p on shop { when { ip.asn in a } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
list a: asn = [9009]
policy p on shop { when { ip.asn in a } then { block } }`,
  },
  W001: {
    doc: "A list that nothing uses is a mistake, or clutter.",
    example: `app shop { route login POST /login tagged auth }
list a: asn = [9009]
policy p on shop { when { path = "/x" } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
list a: asn = [9009]
policy p on shop { when { ip.asn in a } then { block } }`,
  },
  W002: {
    doc: "A measure that nothing uses is not counted.",
    example: `app shop { route login POST /login tagged auth }
measure m = count at shop by ip over 1m
policy p on shop { when { path = "/x" } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
measure m = count at shop by ip over 1m
policy p on shop { when { m > 3 } then { block } }`,
  },
  W003: {
    doc: "A response that nothing uses is never sent.",
    example: `app shop { route login POST /login tagged auth }
response lie { status 200 }
policy p on shop { when { path = "/x" } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
response lie { status 200 }
policy p on shop { when { path = "/x" } then { deceive lie } }`,
  },
  W005: {
    doc: "A policy on a tag that no route carries covers nothing.",
    example: `app shop { route login POST /login tagged auth }
policy p on tagged money { when { path = "/x" } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on tagged auth { when { path = "/x" } then { block } }`,
  },
  W006: {
    doc: "Without conditions it meets every request.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }`,
  },
  W008: {
    doc: "A fingerprint that nothing uses is not scored.",
    example: `app shop { route login POST /login tagged auth }
fingerprint f { +50 conn.requests > 3 match at 50 }
policy p on shop { when { path = "/x" } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
fingerprint f { +50 conn.requests > 3 match at 50 }
policy p on shop { when { f } then { block } }`,
  },
  X001: {
    doc: "A test names its policy, its own requests, and what is declared.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }
test p { let bot = GET /x case "c" { send bt expect block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }
test p { let bot = GET /x case "c" { send bot expect block } }`,
  },
  X002: {
    doc: "A request of a test has the fields of the manual, with values.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }
test p { let bot = GET /x case "c" { send bot with { ip.ans 9009 } expect block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }
test p { let bot = GET /x case "c" { send bot with { ip.asn 9009 } expect block } }`,
  },
  X003: {
    doc: "Expectations speak of the last `send` before them.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }
test p { let bot = GET /x case "c" { expect block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }
test p { let bot = GET /x case "c" { send bot expect block } }`,
  },
  X004: {
    doc: "One `send` makes 1 to 20,000 requests, and the clock moves 400 days at most.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }
test p { let bot = GET /x case "c" { send bot times 0 expect block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }
test p { let bot = GET /x case "c" { send bot times 1 expect block } }`,
  },
  W020: {
    doc: "A policy that stops people is proven by a test: whom it stops, and whom it lets through.",
    example: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }`,
    mend: `app shop { route login POST /login tagged auth }
policy p on shop { when { path = "/x" } then { block } }
test p { let bot = GET /x case "c" { send bot expect block } }`,
  },
  S040: {
    doc: "Certificates belong to https origins and come with their key; a lock needs a field of its own.",
    example: `app shop { hosts shop.example origin http://10.0.4.10 ca "certs/ca.pem" }`,
    mend: `app shop { hosts shop.example origin https://10.0.4.10 ca "certs/ca.pem" }`,
  },
  S041: {
    doc: "It is given after a success that names an account, under a name that only the edge uses.",
    example: `app shop { route login POST /login tagged auth
  identify username = body.email  device_cookie "device" for 180d }`,
    mend: `app shop { route login POST /login tagged auth
  identify username = body.email  outcome login success status 200  device_cookie "device" for 180d }`,
  },
  S042: {
    doc: "`unproven` counts attempts at once and takes back those that succeed: of a count and of distinct values, by what a success leaves as it is.",
    example: `app shop { route login POST /login tagged auth  outcome login success status 200 }
measure m = new print.stack at tagged auth.unproven by ip.net over 10m
policy p on shop { when { m > 3 } then { block } }`,
    mend: `app shop { route login POST /login tagged auth  outcome login success status 200 }
measure m = distinct print.stack at tagged auth.unproven by ip.net over 10m
policy p on shop { when { m > 3 } then { block } }`,
  },
  W040: {
    doc: "Without verification anybody between Sallyport and the origin reads passwords; name the authority.",
    example: `app shop { hosts shop.example origin https://10.0.4.10 insecure }`,
    mend: `app shop { hosts shop.example origin https://10.0.4.10 ca "certs/ca.pem" }`,
  },
  S024: {
    doc: "Answers are learned from those of one route; what several routes answer has no one form.",
    example: `app shop { route login POST /login tagged auth outcome login success status 200 failure status 401 }
response lie like shop failure
policy p on shop.login { when { method = PUT } then { deceive lie } }`,
    mend: `app shop { route login POST /login tagged auth outcome login success status 200 failure status 401 }
response lie like shop.login failure
policy p on shop.login { when { method = PUT } then { deceive lie } }`,
  },
  S025: {
    doc: "Who gets in is told who he is. That is no one's to learn: give such an answer a body of your own, with made-up values.",
    example: `app shop { route login POST /login tagged auth outcome login success status 200 failure status 401 }
response lie like shop.login success
policy p on shop.login { when { method = PUT } then { deceive lie } }`,
    mend: `app shop { route login POST /login tagged auth outcome login success status 200 failure status 401 }
response lie like shop.login success { json { access_token: fake hex 40 } }
policy p on shop.login { when { method = PUT } then { deceive lie } }`,
  },
  W035: {
    doc: "An answer is learned from one route; on another one it may look out of place, and gives the lie away.",
    example: `app shop {
  route login POST /login tagged auth
  route api POST /api/login tagged auth
  outcome login at login, api success status 200 failure status 401
}
response lie like shop.login failure
policy p on tagged auth { when { method = PUT } then { deceive lie } }`,
    mend: `app shop {
  route login POST /login tagged auth
  route api POST /api/login tagged auth
  outcome login at login, api success status 200 failure status 401
}
response lie like shop.login failure
policy p on shop.login { when { method = PUT } then { deceive lie } }`,
  },
  N060: {
    doc: "Effects and tests name webhooks that are declared.",
    example: `app shop {
  route login POST /login
  identify username = body.email
  identify session = cookie sid
  outcome login success status 303 failure status 401
}
webhook reset POST https://id.shop.example/reset
channel soc slack from env SOC_WEBHOOK_URL
policy p on shop { when { ip.asn = 9009 } then { webhook rest { user: account }  alert soc } }`,
    mend: `app shop {
  route login POST /login
  identify username = body.email
  identify session = cookie sid
  outcome login success status 303 failure status 401
}
webhook reset POST https://id.shop.example/reset
channel soc slack from env SOC_WEBHOOK_URL
policy p on shop { when { ip.asn = 9009 } then { webhook reset { user: account }  alert soc } }`,
  },
  N061: {
    doc: "Alerts go to channels that are declared.",
    example: `app shop {
  route login POST /login
  identify username = body.email
  identify session = cookie sid
  outcome login success status 303 failure status 401
}
webhook reset POST https://id.shop.example/reset
channel soc slack from env SOC_WEBHOOK_URL
policy p on shop { when { ip.asn = 9009 } then { webhook reset  alert sock } }`,
    mend: `app shop {
  route login POST /login
  identify username = body.email
  identify session = cookie sid
  outcome login success status 303 failure status 401
}
webhook reset POST https://id.shop.example/reset
channel soc slack from env SOC_WEBHOOK_URL
policy p on shop { when { ip.asn = 9009 } then { webhook reset  alert soc } }`,
  },
  N062: {
    doc: "A channel is `slack`, `email` or `webhook`.",
    example: `app shop { route login POST /login }
channel soc sms "49"
policy p on shop { when { ip.asn = 9009 } then { alert soc } }`,
    mend: `app shop { route login POST /login }
channel soc slack from env SOC_WEBHOOK_URL
policy p on shop { when { ip.asn = 9009 } then { alert soc } }`,
  },
  S060: {
    doc: "Calls are encrypted, but for those that stay on this machine; credentials stand in secrets.",
    example: `app shop { route login POST /login }
webhook siem POST http://siem.example/in
policy p on shop { when { ip.asn = 9009 } then { webhook siem } }`,
    mend: `app shop { route login POST /login }
webhook siem POST https://siem.example/in
policy p on shop { when { ip.asn = 9009 } then { webhook siem } }`,
  },
  S061: {
    doc: "A webhook sends something: by POST, or by PUT.",
    example: `app shop { route login POST /login }
webhook siem GET https://siem.example/in
policy p on shop { when { ip.asn = 9009 } then { webhook siem } }`,
    mend: `app shop { route login POST /login }
webhook siem POST https://siem.example/in
policy p on shop { when { ip.asn = 9009 } then { webhook siem } }`,
  },
  S062: {
    doc: "A reset that anybody could ask for by writing a name would lock out strangers. `account` is whose session it is, or who signs in once that has succeeded.",
    example: `app shop {
  route login POST /login
  identify username = body.email
  identify session = cookie sid
  outcome login success status 303 failure status 401
}
webhook reset POST https://id.shop.example/reset
channel soc slack from env SOC_WEBHOOK_URL
policy p on shop { when { ip.asn = 9009 } then { webhook reset { user: username }  alert soc } }`,
    mend: `app shop {
  route login POST /login
  identify username = body.email
  identify session = cookie sid
  outcome login success status 303 failure status 401
}
webhook reset POST https://id.shop.example/reset
channel soc slack from env SOC_WEBHOOK_URL
policy p on shop { when { ip.asn = 9009 } then { webhook reset { user: account }  alert soc } }`,
  },
  S063: {
    doc: "Secrets stand in the environment, or in files below the policies folder or `/run/secrets`.",
    example: `app shop { route login POST /login }
webhook siem POST https://siem.example/in secret from file "/etc/key"
policy p on shop { when { ip.asn = 9009 } then { webhook siem } }`,
    mend: `app shop { route login POST /login }
webhook siem POST https://siem.example/in secret from file "secrets/siem"
policy p on shop { when { ip.asn = 9009 } then { webhook siem } }`,
  },
  S064: {
    doc: "Channels by mail need one mail server, with a sender.",
    example: `app shop { route login POST /login }
channel soc email "soc@shop.example"
policy p on shop { when { ip.asn = 9009 } then { alert soc } }`,
    mend: `app shop { route login POST /login }
smtp relay "smtps://mail.shop.example:465" sender "sallyport@shop.example"
channel soc email "soc@shop.example"
policy p on shop { when { ip.asn = 9009 } then { alert soc } }`,
  },
  S065: {
    doc: "Tokens of sessions are not told to anybody, nor are made-up values.",
    example: `app shop {
  route login POST /login
  identify username = body.email
  identify session = cookie sid
  outcome login success status 303 failure status 401
}
webhook reset POST https://id.shop.example/reset
channel soc slack from env SOC_WEBHOOK_URL
policy p on shop { when { ip.asn = 9009 } then { webhook reset { user: account, token: cookie sid }  alert soc } }`,
    mend: `app shop {
  route login POST /login
  identify username = body.email
  identify session = cookie sid
  outcome login success status 303 failure status 401
}
webhook reset POST https://id.shop.example/reset
channel soc slack from env SOC_WEBHOOK_URL
policy p on shop { when { ip.asn = 9009 } then { webhook reset { user: account }  alert soc } }`,
  },
  W060: {
    doc: "A webhook that nothing calls is a mistake, or clutter.",
    example: `app shop {
  route login POST /login
  identify username = body.email
  identify session = cookie sid
  outcome login success status 303 failure status 401
}
webhook reset POST https://id.shop.example/reset
channel soc slack from env SOC_WEBHOOK_URL
policy p on shop { when { ip.asn = 9009 } then { alert soc } }`,
    mend: `app shop {
  route login POST /login
  identify username = body.email
  identify session = cookie sid
  outcome login success status 303 failure status 401
}
webhook reset POST https://id.shop.example/reset
channel soc slack from env SOC_WEBHOOK_URL
policy p on shop { when { ip.asn = 9009 } then { alert soc  webhook reset } }`,
  },
  W061: {
    doc: "A channel that no alert goes to is a mistake, or clutter.",
    example: `app shop {
  route login POST /login
  identify username = body.email
  identify session = cookie sid
  outcome login success status 303 failure status 401
}
webhook reset POST https://id.shop.example/reset
channel soc slack from env SOC_WEBHOOK_URL
policy p on shop { when { ip.asn = 9009 } then { webhook reset } }`,
    mend: `app shop {
  route login POST /login
  identify username = body.email
  identify session = cookie sid
  outcome login success status 303 failure status 401
}
webhook reset POST https://id.shop.example/reset
channel soc slack from env SOC_WEBHOOK_URL
policy p on shop { when { ip.asn = 9009 } then { alert soc  webhook reset } }`,
  },
  W062: {
    doc: "A mail server is used by channels of the kind `email`.",
    example: `app shop { route login POST /login }
smtp relay "smtps://mail.shop.example:465" sender "sallyport@shop.example"
policy p on shop { when { ip.asn = 9009 } then { block } }`,
    mend: `app shop { route login POST /login }
policy p on shop { when { ip.asn = 9009 } then { block } }`,
  },
  W063: {
    doc: "`adapt auto` is kept with the policy; nothing changes policies by itself yet.",
    example: `app shop { route login POST /login }
policy p on shop { adapt auto when { ip.asn = 9009 } then { block } }`,
    mend: `app shop { route login POST /login }
policy p on shop { adapt off when { ip.asn = 9009 } then { block } }`,
  },
  W064: {
    doc: "A login that is stopped does not succeed, so nobody is ever told of its account.",
    example: `app shop {
  route login POST /login
  identify username = body.email
  identify session = cookie sid
  outcome login success status 303 failure status 401
}
webhook reset POST https://id.shop.example/reset
channel soc slack from env SOC_WEBHOOK_URL
policy p on shop.login { when { ip.asn = 9009 } then { block  webhook reset { user: account }  alert soc } }`,
    mend: `app shop {
  route login POST /login
  identify username = body.email
  identify session = cookie sid
  outcome login success status 303 failure status 401
}
webhook reset POST https://id.shop.example/reset
channel soc slack from env SOC_WEBHOOK_URL
policy p on shop.login { when { ip.asn = 9009 } then { label seen  webhook reset { user: account }  alert soc } }`,
  },
  N070: {
    doc: "A cap names `known_good`, `traffic`, or a cohort that is declared.",
    example: `app shop {
  route login POST /login tagged auth
  identify username = body.email
  outcome login at login success status 303 failure status 401
}
policy p on shop.login {
  when { ip.asn in [64500] }
  then { block }
  cap { regular < 1% }
}`,
    mend: `app shop {
  route login POST /login tagged auth
  identify username = body.email
  outcome login at login success status 303 failure status 401
}
policy p on shop.login {
  when { ip.asn in [64500] }
  then { block }
  cap { known_good < 1% }
}`,
  },
  N071: {
    doc: "A guard watches how the attempts of those end who are let through: an event of an app, and an outcome.",
    example: `app shop {
  route login POST /login tagged auth
  identify username = body.email
  outcome login at login success status 303 failure status 401
}
policy p on shop.login {
  when { ip.asn in [64500] }
  then { block }
  guard { holdout login.succes < 2% }
}`,
    mend: `app shop {
  route login POST /login tagged auth
  identify username = body.email
  outcome login at login success status 303 failure status 401
}
policy p on shop.login {
  when { ip.asn in [64500] }
  then { block }
  guard { holdout login.success < 2% }
}`,
  },
  S070: {
    doc: "A cap limits stops, and a guard compares with people who were not stopped.",
    example: `app shop {
  route login POST /login tagged auth
  identify username = body.email
  outcome login at login success status 303 failure status 401
}
policy p on shop.login {
  when { ip.asn in [64500] }
  then { label seen }
  cap { traffic < 10% }
}`,
    mend: `app shop {
  route login POST /login tagged auth
  identify username = body.email
  outcome login at login success status 303 failure status 401
}
policy p on shop.login {
  when { ip.asn in [64500] }
  then { label seen }
}`,
  },
  S071: {
    doc: "Who counts as known to be good lifts a cap when he is stopped: what anybody can claim must not be enough.",
    example: `app shop {
  route login POST /login tagged auth
  identify username = body.email
  outcome login at login success status 303 failure status 401
}
cohort readers { header accept-language present }
policy p on shop.login {
  when { ip.asn in [64500] }
  then { block }
  cap { readers < 1% }
}`,
    mend: `app shop {
  route login POST /login tagged auth
  identify username = body.email
  outcome login at login success status 303 failure status 401
}
remember device = ip.net at shop.login.success by account for 90d
cohort readers { header accept-language present  device known }
policy p on shop.login {
  when { ip.asn in [64500] }
  then { block }
  cap { readers < 1% }
}`,
  },
  S072: {
    doc: "Known good people are spared, and let through by lot, while their request is judged: what they do later is not known then. A cohort of another name may ask for it; its cap counts afterwards.",
    example: `app shop {
  route login POST /login tagged auth
  identify username = body.email
  outcome login at login success status 303 failure status 401
}
cohort known_good { later shop.login.success within 1d }
policy p on shop.login {
  when { ip.asn in [64500] }
  then { block }
  cap { known_good < 1% }
}`,
    mend: `app shop {
  route login POST /login tagged auth
  identify username = body.email
  outcome login at login success status 303 failure status 401
}
cohort regulars { later shop.login.success within 1d }
policy p on shop.login {
  when { ip.asn in [64500] }
  then { block }
  cap { regulars < 1% }
}`,
  },
  W070: {
    doc: "It may be misspelt in the cap that was to limit its harm.",
    example: `app shop {
  route login POST /login tagged auth
  identify username = body.email
  outcome login at login success status 303 failure status 401
}
remember device = ip.net at shop.login.success by account for 90d
cohort regulars { device known }
policy p on shop.login {
  when { ip.asn in [64500] }
  then { block }
}`,
    mend: `app shop {
  route login POST /login tagged auth
  identify username = body.email
  outcome login at login success status 303 failure status 401
}
remember device = ip.net at shop.login.success by account for 90d
cohort regulars { device known }
policy p on shop.login {
  when { ip.asn in [64500] }
  then { block }
  cap { regulars < 1% }
}`,
  },
};
