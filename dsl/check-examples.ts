// oxlint-disable max-lines -- a table, one row a code
/** Examples of what checks and limits say; the others are in code-examples.ts. */
import type { CodeExample } from "./code-example.ts";
import type { Code } from "./codes.ts";

const app = "app shop { route login POST /login tagged auth }";
const told = `app shop {
  route login POST /login tagged auth
  route card  GET  /cards/:code
  identify username = body.email
  outcome login success status 303 failure status 401
}`;
/** A policy that asks something and looks on. */
const asks = (when: string) => `policy p on shop { mode shadow when { ${when} } then { block } }`;
/** A policy beside what it uses. */
const using = (declaration: string, when: string) => `${told}\n${declaration}\n${asks(when)}`;

const repeated = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(" ");

/** Sequences that no table is longer for, all of them asked. */
const sequences = (count: number) => {
  const declared = repeated(count, (at) => `sequence s${at} by ip.net within 1h { shop.login at least 64 }`);
  return `${told}\n${declared}\n${asks(`any { ${repeated(count, (at) => `s${at}`)} }`)}`;
};

/** By code. */
export const checkExamples: Readonly<Partial<Record<Code, CodeExample>>> = {
  P010: {
    doc: "A file has at most 1 MiB (1,048,576 characters) and 250,000 words and signs. Lists of thousands belong into list files.",
    example: `${app}\n# … and a million characters more`,
    mend: app,
    whole: () => `${app}\n#${"x".repeat(1 << 20)}`,
  },
  P011: {
    doc: "Blocks and JSON values nest up to 32 levels.",
    example: `${app}\npolicy p on shop { when { all { any { all { … } } } } then { block } }`,
    mend: `${app}\n${asks('any { path = "/x"  method = PUT }')}`,
    whole: () => `${app}\n${asks(`${"any { ".repeat(40)}method = PUT${" }".repeat(40)}`)}`,
  },
  P012: {
    doc: "A file shows its first hundred mistakes; most of them often come from one of the first.",
    example: `${app}\npolicy p on shop { when { ip.ans = 1  ip.ans = 2  … } then { block } }`,
    mend: `${app}\n${asks("any { ip.asn = 1  ip.asn = 2 }")}`,
    whole: () => `${app}\n${asks(`any { ${repeated(110, (at) => `ip.ans = ${at + 1}`)} }`)}`,
    besides: ["N001"],
  },
  N006: {
    doc: "Outcomes are `success`, `failure`, `unknown_user`, `locked`, `challenge`, `throttled` and `stopped`.",
    example: using("measure m = count at shop.login.failed by ip.net over 1m", "m > 3"),
    mend: using("measure m = count at shop.login.failure by ip.net over 1m", "m > 3"),
  },
  N009: {
    doc: "Two routes of one app, or two apps with one host, could both take a request.",
    example: "app shop {\n  route card GET /cards/:code\n  route other GET /cards/:number\n}",
    mend: "app shop {\n  route card GET /cards/:code\n  route other GET /orders/:number\n}",
  },
  N010: {
    doc: "A name must not be one of the language's own, and has no dots: they part apps, routes and outcomes.",
    example: "app shop { route failure GET /x }",
    mend: "app shop { route failed_page GET /x }",
  },
  N012: {
    doc: "Usernames are normalised by `case`, `spaces`, `alias` and `dots`.",
    example: "app shop { route login POST /login identify username = body.email normalise accents }",
    mend: "app shop { route login POST /login identify username = body.email normalise case }",
  },
  N013: {
    doc: "The help lists what a front can state about its client.",
    example: `app shop { route login POST /login front cdn from [192.0.2.0/24] { cliemt header x-client } }`,
    mend: `app shop { route login POST /login front cdn from [192.0.2.0/24] { client header x-client } }`,
  },
  N020: {
    doc: "A label that is read must be given by some policy.",
    example: `${app}\npolicy gives on shop { when { method = PUT } then { label ato } }\n${asks("labelled atoo")}`,
    mend: `${app}\npolicy gives on shop { when { method = PUT } then { label ato } }\n${asks("labelled ato")}`,
  },
  N021: {
    doc: "Made-up values are `uuid`, `hex`, `number`, `name`, `email` and `date`.",
    example: `${app}\nresponse lie { json { ref: fake uid } }\npolicy p on shop { mode shadow when { method = PUT } then { deceive lie } }`,
    mend: `${app}\nresponse lie { json { ref: fake uuid } }\npolicy p on shop { mode shadow when { method = PUT } then { deceive lie } }`,
  },
  N030: {
    doc: "The events of a share are outcomes of what the target covers.",
    example: using("measure m = share logins.failure at shop.login by ip.net over 10m", "m > 50%"),
    mend: using("measure m = share login.failure at shop.login by ip.net over 10m", "m > 50%"),
  },
  T007: {
    doc: "Counted and keyed are fields of a request; keys have one to four of them.",
    example: using("measure m = count at shop by path, method, host, username, ip.net over 1m", "m > 3"),
    mend: using("measure m = count at shop by path, method, username, ip.net over 1m", "m > 3"),
  },
  T008: {
    doc: "Who somebody is, the request says itself: in its body, query, headers or cookies.",
    example: "app shop { route login POST /login identify username = ip }",
    mend: "app shop { route login POST /login identify username = body.email }",
  },
  T009: {
    doc: "A route is chosen before identities and measures are known: it asks for what the request itself carries.",
    example: 'app shop { route login POST /login when username = "joe" identify username = body.email }',
    mend: 'app shop { route login POST /login when body.email = "joe" identify username = body.email }',
  },
  T020: {
    doc: "Memories are asked `known`, `new` or `differs`; sequences stand alone, fingerprints too or as points; measures are compared.",
    example: using("measure m = count at shop.login by ip.net over 10m", "m known"),
    mend: using("measure m = count at shop.login by ip.net over 10m", "m > 9"),
  },
  T021: {
    doc: "`differs` compares a memory with the one field that it remembers.",
    example: using(
      "remember device = print.stack at shop.login.success by username for 90d",
      "device differs path",
    ),
    mend: using(
      "remember device = print.stack at shop.login.success by username for 90d",
      "device differs print.stack",
    ),
  },
  T022: {
    doc: "Only measures have a usual value, and it is compared by `<`, `<=`, `>` or `>=` with a multiple above 0.",
    example: using("measure m = count at shop.login by ip.net over 10m", "body.size > 3x usual  m > 9"),
    mend: using("measure m = count at shop.login by ip.net over 10m", "m > 3x usual"),
  },
  S004: {
    doc: "Lengths, connections and the like are set for every answer; names and values must be fit for a header.",
    example: `${app}\nresponse lie { header "content-length" "5" }\npolicy p on shop { mode shadow when { method = PUT } then { deceive lie } }`,
    mend: `${app}\nresponse lie { header "x-cache" "miss" }\npolicy p on shop { mode shadow when { method = PUT } then { deceive lie } }`,
  },
  S007: {
    doc: "Fingerprints may rest on others, as long as it ends somewhere.",
    example: `${app}\nfingerprint a { +1 b match at 1 }\nfingerprint b { +1 a match at 1 }\n${asks("a")}`,
    mend: `${app}\nfingerprint a { +1 b match at 1 }\nfingerprint b { +1 header accept missing match at 1 }\n${asks("a")}`,
  },
  S008: {
    doc: "A route's path is canonical: no query, no escapes, no empty parts; `*` only at its end, each parameter once.",
    example: "app shop { route card GET /cards//:code }",
    mend: "app shop { route card GET /cards/:code }",
  },
  S010: {
    doc: "A host is a name without port; an origin is `http://` or `https://` with a host, without path and without user.",
    example: "app shop { hosts shop.example origin http://10.0.0.4/path }",
    mend: "app shop { hosts shop.example origin http://10.0.0.4 }",
  },
  S011: {
    doc: "One line has only `and` or only `or`, so that nobody has to know which binds closer.",
    example: `app shop { route login POST /login outcome login success status 303 and cookie sid present or body = "ok" }`,
    mend: `app shop { route login POST /login outcome login success status 303 and cookie sid present success body = "ok" }`,
  },
  S012: {
    doc: "Readers of JSON do not agree on which of two equal keys counts.",
    example: `${app}\nresponse lie { json { a: 1, a: 2 } }\npolicy p on shop { mode shadow when { method = PUT } then { deceive lie } }`,
    mend: `${app}\nresponse lie { json { a: 1, b: 2 } }\npolicy p on shop { mode shadow when { method = PUT } then { deceive lie } }`,
  },
  S020: {
    doc: "Marks travel in a header, separated by commas: letters, digits and single signs between them.",
    example: `${app}\npolicy p on shop { when { method = PUT } then { mark "step-up, twice" } }`,
    mend: `${app}\npolicy p on shop { when { method = PUT } then { mark "step-up" } }`,
  },
  S021: {
    doc: "Only a policy with the effect `hold` holds anything.",
    example: `${app}\npolicy q on shop { mode shadow when { ip.asn = 1 } then { block } }\n${asks("q held")}`,
    mend: `${app}\npolicy q on shop { mode shadow when { ip.asn = 1 } then { block hold ip.net for 1m } }\n${asks("q held")}`,
  },
  S022: {
    doc: "Who reads a label is asked after all who give it; that must come to an end.",
    example: `${app}\npolicy a on shop { when { labelled y } then { label x } }\npolicy b on shop { when { labelled x } then { label y } }`,
    mend: `${app}\npolicy a on shop { when { method = PUT } then { label x } }\npolicy b on shop { when { labelled x } then { label y } }`,
  },
  S023: {
    doc: "An answer that takes as long as a genuine one is given away by a tarpit before it.",
    example: `${told}\nresponse lie { status 200 latency like shop.login }\npolicy p on shop.login { mode shadow when { method = PUT } then { deceive lie tarpit 2s } }`,
    mend: `${told}\nresponse lie { status 200 latency like shop.login }\npolicy p on shop.login { mode shadow when { method = PUT } then { deceive lie } }`,
  },
  S030: {
    doc: "When a request is judged it has no outcome yet; measures, memories and sequences tell of earlier ones.",
    example: `${told}\n${asks("login.failure")}`,
    mend: using("measure fails = count at shop.login.failure by ip.net over 10m", "fails > 3"),
  },
  S031: {
    doc: "What anybody can bring about is no memory of a person: it is kept of `success`.",
    example: using("remember device = print.stack at shop.login by username for 90d", "device new"),
    mend: using("remember device = print.stack at shop.login.success by username for 90d", "device new"),
  },
  S032: {
    doc: "A share and a gap need a least number of requests; counts are exact from the first one.",
    example: using("measure m = count at shop.login by ip.net over 10m at least 5", "m > 9"),
    mend: using("measure m = count at shop.login by ip.net over 10m", "m > 9"),
  },
  S033: {
    doc: "Formats are `plain`, `netset` and `csv column N`; `refresh` is 10s or more, `max` 1 or more.",
    example: `${app}\nlist nets: cidr from "lists/nets.txt" format csv\n${asks("ip in nets")}`,
    mend: `${app}\nlist nets: cidr from "lists/nets.txt" format netset\n${asks("ip in nets")}`,
    files: { "lists/nets.txt": "192.0.2.0/24\n" },
  },
  L003: {
    doc: "Each line of a list file is an entry of the list's type, or a comment. Here a line says `10.9.0.0/33`.",
    example: `${app}\nlist office: cidr from "lists/wrong.txt"\n${asks("ip in office")}`,
    mend: `${app}\nlist office: cidr from "lists/nets.txt"\n${asks("ip in office")}`,
    files: { "lists/wrong.txt": "10.9.0.0/33\n", "lists/nets.txt": "10.9.0.0/24\n" },
  },
  L004: {
    doc: "A list has at most 500,000 entries, or as many as `max` says.",
    example: `${app}\nlist office: cidr from "lists/nets.txt" max 1\n${asks("ip in office")}`,
    mend: `${app}\nlist office: cidr from "lists/nets.txt" max 2\n${asks("ip in office")}`,
    files: { "lists/nets.txt": "10.9.0.0/24\n10.9.1.0/24\n" },
  },
  L005: {
    doc: "A set has at most 20,000 policies and tests, 5,000 lists, fingerprints and responses, 1,000 apps, measures, memories and sequences; a file 12,000 declarations.",
    example: "app a1 { hosts h1 }\napp a2 { hosts h2 }\n# … and 999 apps more",
    mend: "app a1 { hosts h1 }\napp a2 { hosts h2 }",
    whole: () => repeated(1001, (at) => `app a${at} { hosts h${at} }`),
  },
  L006: {
    doc: "A policy asks at most 2,000 questions, those of its fingerprints included, and rests on at most 64 fingerprints or labels in a row. Numbers, names and networks belong into lists.",
    example: `${app}\npolicy p on shop { mode shadow when { any { ip.asn = 1  ip.asn = 2  … } } then { block } }`,
    mend: `${app}\nlist bad: asn = [1, 2]\n${asks("ip.asn in bad")}`,
    whole: () => `${app}\n${asks(`any { ${repeated(2001, (at) => `ip.asn = ${at + 1}`)} }`)}`,
  },
  L007: {
    doc: "All patterns of a set compile to at most a million instructions; `{1,200}` repeats what is before it 200 times.",
    example: `${app}\npolicy p on shop { mode shadow when { any { path matches /a[a-z]{1,900}/ … } } then { block } }`,
    mend: `${app}\n${asks('path contains "/a"')}`,
    whole: () => `${app}\n${asks(`any { ${repeated(1200, (at) => `path matches /a${at}[a-z]{1,900}/`)} }`)}`,
  },
  L008: {
    doc: "Measures, sequences, holds and limits have 256 MiB of the server's memory, memories 128 MiB; seven tenths are for keys. Tables take some 130 KiB each from the first few hundred keys on, those of long sequences up to 540 KiB. Let policies share measures, keep those that decide something, and make sequences shorter.",
    example: `${told}\n# … and 343 sequences of 64 events each\n${asks("steps")}`,
    mend: using("sequence steps by ip.net within 1h { shop.login at least 3 then shop.card }", "steps"),
    whole: () => sequences(343),
  },
  W036: {
    doc: "With 10,000 keys each, what the policies count would not fit its memory any more: then only keys that come often are counted, and `NAME saturated` is true.",
    example: `${told}\n# … and 44 sequences of 64 events each\n${asks("steps")}`,
    mend: using("sequence steps by ip.net within 1h { shop.login at least 3 then shop.card }", "steps"),
    whole: () => sequences(44),
  },
  W004: {
    doc: "Where both match, the name would decide; give one of them another priority.",
    example: `${app}\nresponse lie { status 200 }\npolicy p on shop { when { ip.asn = 1 } then { block } }\npolicy q on shop { when { method = PUT } then { deceive lie } }`,
    mend: `${app}\nresponse lie { status 200 }\npolicy p on shop { priority 600 when { ip.asn = 1 } then { block } }\npolicy q on shop { when { method = PUT } then { deceive lie } }`,
  },
  W007: {
    doc: "An `outcome` clause tells how a route's attempts end; without one nothing is counted.",
    example: using("measure m = count at shop.card.failure by ip.net over 1m", "m > 5"),
    mend: using("measure m = count at shop.login.failure by ip.net over 1m", "m > 5"),
  },
  W021: {
    doc: "A memory that nothing uses is not kept.",
    example: `${told}\nremember device = print.stack at shop.login.success by username for 90d`,
    mend: using("remember device = print.stack at shop.login.success by username for 90d", "device new"),
  },
  W022: {
    doc: "A sequence that nothing uses is not followed.",
    example: `${told}\nsequence steps by ip.net within 1h { shop.login then shop.card }`,
    mend: using("sequence steps by ip.net within 1h { shop.login then shop.card }", "steps"),
  },
  W023: {
    doc: "A number that is much for one person is little for a network of thousands: compare with what is usual.",
    example: `${told}\nmeasure m = count at shop.login by ip.asn over 10m\npolicy p on shop { when { m > 100 } then { block } }`,
    mend: `${told}\nmeasure m = count at shop.login by ip.asn over 10m\npolicy p on shop { when { m > 3x usual } then { block } }`,
  },
  W030: {
    doc: "After its day a policy stays in force only as long as it goes on matching.",
    example: `${app}\npolicy p on shop { expires 2020-01-31 when { ip.asn = 1 } then { label seen } }`,
    mend: `${app}\npolicy p on shop { expires 2999-01-31 when { ip.asn = 1 } then { label seen } }`,
  },
  W031: {
    doc: "A key that many share takes all of them in or none: roll out by what the policy looks at.",
    example: `${told}\nmeasure m = count at shop.login by ip.net over 10m\npolicy p on shop { rollout 5% by ip.asn when { m > 9 } then { block } }`,
    mend: `${told}\nmeasure m = count at shop.login by ip.net over 10m\npolicy p on shop { rollout 5% by ip.net when { m > 9 } then { block } }`,
  },
  W032: {
    doc: "Whoever leaves the header out, or adds it, is not matched any more. Ask for what he cannot leave out, or for both.",
    example: `${app}\npolicy p on shop { when { header x-app != "1" } then { block } }`,
    mend: `${app}\npolicy p on shop { when { ip.asn = 9009  any { header x-app != "1"  header x-app missing } } then { block } }`,
  },
  W033: {
    doc: "Every request that it would stop is stopped by a policy of higher priority.",
    example: `${app}\npolicy a on shop { priority 900 when { method = PUT } then { block } }\npolicy b on shop { when { method = PUT  ip.asn = 1 } then { block 429 } }`,
    mend: `${app}\npolicy a on shop { priority 900 when { method = PUT } then { block } }\npolicy b on shop { priority 950 when { method = PUT  ip.asn = 1 } then { block 429 } }`,
  },
  W037: {
    doc: "All conditions of `when` must hold at once: of one field only one value can. A number between two others is `> 3` and `< 9`; alternatives stand in `any`.",
    example: `${app}\npolicy p on shop { mode shadow when { ip.asn = 1  ip.asn = 2 } then { block } }`,
    mend: `${app}\npolicy p on shop { mode shadow when { any { ip.asn = 1  ip.asn = 2 } } then { block } }`,
  },
  W034: {
    doc: "Policies are found by the values that they ask for; one on everything that only has alternatives is asked at every request.",
    example: `${app}\npolicy p on everything { when { any { ip.asn = 1  ip.asn = 2 } } then { label seen } }`,
    mend: `${app}\npolicy p on everything { when { ip.asn in [1, 2] } then { label seen } }`,
  },
};
