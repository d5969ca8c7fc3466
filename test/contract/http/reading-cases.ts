/**
 * Requests that an origin could read otherwise than a proxy. Each names what decides it; `wall` guards the routes
 * `login`, `card`, `remove` and `update`, so that whatever an origin could take for one of them must be stopped by it.
 */
import type { Judged } from "./judging-edge.ts";

/** The app and the policy of these cases. */
export const readingPolicies = `
app shop {
  route login   POST   /login
  route card    GET    /cards/:number
  route remove  DELETE /cards/:number
  route update  PUT    /profile
  route sign_in POST   /sign-in
  route glogin  POST   /graphql when body.operationName = "Login"
  identify username = body.email | body.user.name
  unidentified sign_in mark
}
policy wall on shop.login, shop.card, shop.remove, shop.update, shop.glogin {
  mode enforce
  when { ip present }
  then { block }
}
`;

/** One case. */
export interface ReadingCase {
  readonly name: string;
  /** The RFC section, or the rule of another kind, that lets readers differ. */
  readonly rule: string;
  readonly bytes: string;
  readonly expected: Partial<Exclude<Judged, { refused: number }>> | { readonly refused: number };
}

const host = "Host: a.example\r\n";
const form = "Content-Type: application/x-www-form-urlencoded\r\n";
const json = "Content-Type: application/json\r\n";

function request(method: string, target: string, fields = "", body = ""): string {
  const length = body === "" ? "" : `Content-Length: ${body.length}\r\n`;
  return `${method} ${target} HTTP/1.1\r\n${host}${fields}${length}\r\n${body}`;
}

/** A target that some origin takes for the login. */
function login(rule: string, name: string, target: string): ReadingCase {
  const bytes = request("POST", target, form, "email=u%40x.example");
  return { name: `login ${name}`, rule, bytes, expected: { stoppedBy: "wall", route: "login" } };
}

/** A target that some origin takes for a card. */
function card(rule: string, name: string, target: string): ReadingCase {
  return { name: `card ${name}`, rule, bytes: request("GET", target), expected: { stoppedBy: "wall" } };
}

const paths: ReadingCase[] = [
  login("3986 §6.2.2.2", "with an encoded letter", "/%6cogin"),
  login("3986 §6.2.2.1", "with lower-case hex digits", "/lo%67in"),
  login("3986 §2.4", "decoded twice", "/%256cogin"),
  login("3986 §2.4", "decoded three times", "/%25256cogin"),
  login("3986 §3.3", "behind two slashes", "//login"),
  login("3986 §3.3", "behind a slash too many at the end", "/login//"),
  login("3986 §3.3", "with a slash at the end", "/login/"),
  login("3986 §5.2.4", "behind a dot segment", "/./login"),
  login("3986 §5.2.4", "behind two dots", "/x/../login"),
  login("3986 §5.2.4", "above the root", "/../login"),
  login("3986 §5.2.4", "with a dot at the end", "/login/."),
  login("3986 §6.2.2.3", "behind encoded dots", "/x/%2e%2e/login"),
  login("3986 §6.2.2.3", "behind a half-encoded dot", "/x/.%2e/login"),
  login("3986 §2.4", "behind dots encoded twice", "/x/%252e%252e/login"),
  login("3986 §2.2", "behind an encoded slash", "/%2flogin"),
  login("3986 §2.2", "behind an encoded slash and dots", "/x/..%2flogin"),
  login("WHATWG URL §4.4", "behind a backslash", "/\\login"),
  login("WHATWG URL §4.4", "behind an encoded backslash", "/x%5c..%5clogin"),
  login("3986 §3.3", "with a matrix parameter", "/login;a=b"),
  login("3986 §3.3", "with a session id of a servlet", "/login;jsessionid=0123456789ABCDEF"),
  login("3986 §3.3", "with an encoded parameter", "/login%3bjsessionid=1"),
  login("3986 §3.3", "behind dots with a parameter", "/x/..;/login"),
  login("3986 §3.3", "behind dots with a named parameter", "/x/..;a=b/login"),
  login("3986 §6.2.2.1", "in capitals", "/LOGIN"),
  login("3986 §6.2.2.1", "in encoded capitals", "/%4cOGIN"),
  login("3986 §7.3", "cut by NUL", "/login%00.png"),
  login("3986 §7.3", "with a line feed at the end", "/login%0a"),
  login("3986 §7.3", "with a space at the end", "/login%20"),
  login("3986 §7.3", "with a dot at the end of its name", "/login."),
  login("3629 §3", "with an overlong letter", "/%c1%acogin"),
  login("3629 §3", "behind an overlong slash", "/x/..%c0%aflogin"),
  login("3629 §3", "behind overlong dots", "/x/%c0%ae%c0%ae/login"),
  login("3986 §2.1", "in the escapes of old IIS", "/%u006cogin"),
  login("UAX 15", "in full-width letters", "/%ef%bd%8cogin"),
  login("3986 §2.4", "with an encoded query", "/login%3fx=1"),
  login("3986 §2.4", "with an encoded fragment", "/login%23x"),
  login("3986 §3.4", "with a query", "/login?next=%2fx"),
  login("9112 §3.2.2", "in absolute-form", "http://a.example/login"),
  login("9112 §3.2.2", "in absolute-form behind two slashes", "http://a.example//login"),
  card("3986 §3.3", "as it is", "/cards/12"),
  card("3986 §2.2", "whose number holds an encoded slash", "/cards/1%2f2"),
  card("3986 §2.2", "whose number holds an encoded backslash", "/cards/1%5c2"),
  card("WHATWG URL §4.4", "whose number holds a backslash", "/cards/1\\2"),
  card("3986 §3.3", "whose number has a parameter", "/cards/12;x=1"),
  card("3986 §5.2.4", "whose number is two dots", "/cards/.."),
  card("9110 §9.3.2", "by HEAD", "/cards/12"),
  {
    name: "a path that is none of them under any reading goes on, marked",
    rule: "3986 §2.2",
    bytes: request("GET", "/x%2fy"),
    expected: { stoppedBy: undefined, route: undefined, marks: ["ambiguous_path"] },
  },
  {
    name: "a NUL in the target",
    rule: "3986 §2",
    bytes: request("POST", "/login\0"),
    expected: { refused: 400 },
  },
  {
    name: "a fragment after a guarded path",
    rule: "9112 §3.2",
    bytes: request("POST", "/login#x"),
    expected: { refused: 400 },
  },
  {
    name: "bytes outside ASCII in the target",
    rule: "3986 §2",
    bytes: request("POST", "/lo\xc0\xa7in"),
    expected: { refused: 400 },
  },
  {
    name: "absolute-form against Host",
    rule: "9112 §3.2.2",
    bytes: request("POST", "http://b.example/login"),
    expected: { refused: 400 },
  },
  {
    name: "the login in lower case",
    rule: "9110 §9.1",
    bytes: request("post", "/login"),
    expected: { refused: 501 },
  },
];

/** POST of a card's path that some framework takes for DELETE. */
function removed(rule: string, name: string, target: string, fields: string, body = ""): ReadingCase {
  const bytes = request("POST", target, fields, body);
  const expected = { stoppedBy: "wall", route: "remove", marks: ["ambiguous_method"] };
  return { name: `DELETE by ${name}`, rule, bytes, expected };
}

/** The same where another reading comes first. */
function stopped(rule: string, name: string, target: string, fields: string): ReadingCase {
  return { name, rule, bytes: request("POST", target, fields), expected: { stoppedBy: "wall" } };
}

const methods: ReadingCase[] = [
  removed("9110 §9.1", "X-HTTP-Method-Override", "/cards/1", "X-HTTP-Method-Override: DELETE\r\n"),
  removed("9110 §9.1", "X-HTTP-Method", "/cards/1", "X-HTTP-Method: DELETE\r\n"),
  removed("9110 §9.1", "X-Method-Override", "/cards/1", "x-method-override: DELETE\r\n"),
  removed("9110 §9.1", "a lower-case override", "/cards/1", "X-HTTP-Method-Override: delete\r\n"),
  stopped(
    "9110 §5.3",
    "DELETE by the second override",
    "/cards/1",
    "X-HTTP-Method: GET\r\nX-HTTP-Method: DELETE\r\n",
  ),
  removed("9110 §5.3", "a list of overrides", "/cards/1", "X-HTTP-Method-Override: PATCH, DELETE\r\n"),
  removed("9110 §9.1", "_method in the query", "/cards/1?_method=delete", ""),
  removed("3986 §2.4", "an encoded _method in the query", "/cards/1?%5fmethod=DELETE", ""),
  removed("9110 §9.1", "a second _method in the query", "/cards/1?_method=PATCH&_method=DELETE", ""),
  removed("9110 §9.1", "_method in a form", "/cards/1", form, "_method=DELETE&x=1"),
  removed("9110 §9.1", "_METHOD in a form", "/cards/1", form, "x=1&_METHOD=delete"),
  stopped(
    "9110 §9.1",
    "DELETE by an override of an encoded slash",
    "/cards/1%2f2",
    "X-HTTP-Method: DELETE\r\n",
  ),
  {
    name: "PUT by a form's _method",
    rule: "9110 §9.1",
    bytes: request("POST", "/profile", form, "_method=put&name=x"),
    expected: { stoppedBy: "wall", route: "update", marks: ["ambiguous_method"] },
  },
  {
    name: "a login that says it is a GET is still a login",
    rule: "9110 §9.1",
    bytes: request("POST", "/login", `${form}X-HTTP-Method-Override: GET\r\n`, "email=u"),
    expected: { stoppedBy: "wall", route: "login" },
  },
  {
    name: "GET that says it is the login's POST",
    rule: "9110 §9.1",
    bytes: request("GET", "/login", "X-HTTP-Method-Override: POST\r\n"),
    expected: { stoppedBy: "wall", route: "login" },
  },
  {
    name: "a form without _method is what it says",
    rule: "9110 §9.1",
    bytes: request("POST", "/profile", form, "name=x"),
    expected: { stoppedBy: undefined, route: undefined, marks: [] },
  },
];

/** A sign-in whose body is read as this user's. */
function named(rule: string, name: string, fields: string, body: string, username: string): ReadingCase {
  const bytes = request("POST", "/sign-in", fields, body);
  return { name, rule, bytes, expected: { route: "sign_in", username, isUnidentified: false } };
}

/** A sign-in whose body readers could take for different users'. */
function nameless(rule: string, name: string, fields: string, body: string): ReadingCase {
  const bytes = request("POST", "/sign-in", fields, body);
  const expected = {
    route: "sign_in",
    username: undefined,
    isUnidentified: true,
    marks: ["unidentified"],
  };
  return { name, rule, bytes, expected };
}

const multipart = '--b\r\nContent-Disposition: form-data; name="email"\r\n\r\nu\r\n--b--\r\n';

const bodies: ReadingCase[] = [
  named("8259 §4", "JSON", json, '{"email":"U@x"}', "u@x"),
  named("8259 §7", "JSON with an escaped key", json, '{"\\u0065mail":"u"}', "u"),
  named("8259 §8.1", "JSON behind a byte order mark", json, '\xef\xbb\xbf{"email":"u"}', "u"),
  named(
    "8259 §11",
    "JSON under a charset that changes nothing",
    `${json.trim()}; charset=utf-8\r\n`,
    '{"email":"u"}',
    "u",
  ),
  named("8259 §4", "JSON with an equal key elsewhere", json, '{"email":"u","x":{"email":"v"}}', "u"),
  nameless("8259 §4", "JSON with the key twice", json, '{"email":"u","email":"v"}'),
  nameless("8259 §4", "JSON with the key twice, once escaped", json, '{"email":"u","\\u0065mail":"v"}'),
  nameless("8259 §4", "JSON with the key in two cases", json, '{"email":"u","Email":"v"}'),
  nameless("8259 §4", "JSON with the parent twice", json, '{"user":{"name":"u"},"user":{"name":"v"}}'),
  nameless("8259 §2", "JSON with something after it", json, '{"email":"u"}{"email":"v"}'),
  nameless("8259 §2", "JSON with a NUL after it", json, '{"email":"u"}\0'),
  nameless("8259 §2", "JSON with a comment", json, '{/*"*/"email":"u"}'),
  nameless("8259 §4", "JSON with a comma too many", json, '{"email":"u",}'),
  nameless("8259 §7", "JSON in single quotes", json, "{'email':'u'}"),
  nameless("8259 §6", "JSON with a number that is none", json, '{"a":NaN,"email":"u"}'),
  nameless("8259 §8.1", "JSON in UTF-16", json, '{\0"\0e\0m\0a\0i\0l\0"\0:\0"\0u\0"\0}\0'),
  nameless("8259 §8.1", "JSON with bytes that are no UTF-8", json, '{"email":"u\xff"}'),
  nameless("3629 §3", "JSON with an overlong quotation mark", json, '{"email":"u\xc0\xa2"}'),
  nameless("3629 §3", "JSON with a surrogate in UTF-8", json, '{"email":"u\xed\xa0\x80"}'),
  nameless(
    "9110 §8.3.2",
    "JSON that calls itself UTF-7",
    `${json.trim()}; charset=utf-7\r\n`,
    '{"email":"u"}',
  ),
  nameless(
    "9110 §8.3.2",
    "JSON that calls itself EBCDIC",
    `${json.trim()};charset=ibm037\r\n`,
    '{"email":"u"}',
  ),
  nameless(
    "9110 §8.3.1",
    "JSON of two charsets",
    `${json.trim()};charset=utf-8;charset=utf-16\r\n`,
    '{"email":"u"}',
  ),
  nameless("9110 §8.3", "JSON without a type", "", '{"email":"u"}'),
  nameless("9110 §8.3", "JSON as text", "Content-Type: text/plain\r\n", '{"email":"u"}'),
  nameless("9110 §5.3", "two types", `${json}${form}`, '{"email":"u"}'),
  nameless("9110 §8.4", "a body in gzip", `${json}Content-Encoding: gzip\r\n`, '{"email":"u"}'),
  nameless("9110 §8.4", "a body in gzip twice", `${json}Content-Encoding: gzip, gzip\r\n`, '{"email":"u"}'),
  nameless("9110 §8.4", "a body in an unknown coding", `${form}Content-Encoding: x\r\n`, "email=u"),
  nameless(
    "9110 §8.4",
    "two codings in two lines",
    `${form}Content-Encoding: identity\r\nContent-Encoding: br\r\n`,
    "email=u",
  ),
  nameless("7578 §4.1", "multipart", "Content-Type: multipart/form-data; boundary=b\r\n", multipart),
  nameless("9112 §6.3", "no body", form, ""),
  named("WHATWG URL §5.1", "a form", form, "email=U%40x&pin=1", "u@x"),
  named("WHATWG URL §5.1", "a form with an encoded key", form, "%65mail=u", "u"),
  named("WHATWG URL §5.1", "a form that says the same twice", form, "email=u&email=u", "u"),
  nameless("WHATWG URL §5.1", "a form with the key twice", form, "email=u&email=v"),
  nameless("WHATWG URL §5.1", "a form with the key twice, once encoded", form, "email=u&em%61il=v"),
  nameless("WHATWG URL §5.1", "a form with the key in two cases", form, "email=u&Email=v"),
  nameless("PHP, Rack", "a form with the key as a list too", form, "email=u&email[]=v"),
  nameless("PHP, Rack", "a form with the key as an indexed list too", form, "email=u&email[0]=v"),
  nameless("PHP", "a form with a blank before the second key", form, "email=u&+email=v"),
  nameless("PHP", "a form whose second key ends in NUL", form, "email=u&email%00x=v"),
  nameless("PHP", "a form with the parent as a list too", form, "user[name]=u&user[name][]=v"),
  nameless("PHP", "a form that reaches one key by dot and bracket", form, "user[name]=u&user.name=v"),
  nameless("HTML 4.01 §B.2.2", "a form with semicolons for ampersands", form, "x=1;email=u"),
  nameless("HTML 4.01 §B.2.2", "a form with the key behind a semicolon too", form, "email=u;email=v"),
  nameless("WHATWG URL §5.1", "a form with bytes that are no UTF-8", form, "email=u%ff"),
  nameless("WHATWG URL §5.1", "a form with a broken escape", form, "email=u%zz"),
  nameless("WHATWG URL §5.1", "a form behind a byte order mark", form, "\xef\xbb\xbfemail=u"),
  nameless("9110 §8.3.2", "a form that calls itself UTF-16", `${form.trim()}; charset=utf-16\r\n`, "email=u"),
  nameless("HTML §4.10.21.8", "a form that names its charset within", form, "_charset_=iso-8859-1&email=u"),
  {
    name: "GraphQL whose operation is the login's",
    rule: "8259 §4",
    bytes: request("POST", "/graphql", json, '{"operationName":"Login"}'),
    expected: { stoppedBy: "wall", route: "glogin" },
  },
  {
    name: "GraphQL whose operation is another's",
    rule: "8259 §4",
    bytes: request("POST", "/graphql", json, '{"operationName":"List"}'),
    expected: { stoppedBy: undefined, route: undefined },
  },
];

/** GraphQL that could be the login's. */
function operation(name: string, fields: string, body: string): ReadingCase {
  const bytes = request("POST", "/graphql", fields, body);
  return {
    name: `GraphQL ${name}`,
    rule: "8259 §4",
    bytes,
    expected: { stoppedBy: "wall", route: "glogin" },
  };
}

const operations: ReadingCase[] = [
  operation("whose operation is named twice", json, '{"operationName":"Login","operationName":"List"}'),
  operation("in gzip", `${json}Content-Encoding: gzip\r\n`, '{"operationName":"Login"}'),
  operation("without a type", "", '{"operationName":"Login"}'),
  operation("in UTF-16", json, '{\0"\0'),
  operation("with something after it", json, '{"operationName":"Login"}x'),
];

/** All cases. */
export const readingCases: readonly ReadingCase[] = [...paths, ...methods, ...bodies, ...operations];
