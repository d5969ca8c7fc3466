/** Files that the bundler embeds as text (`with { type: "text" }`), so that the one binary has them. */
declare module "*.css" {
  const text: string;
  export default text;
}
declare module "*.svg" {
  const text: string;
  export default text;
}
declare module "*/console.js" {
  const text: string;
  export default text;
}
declare module "htmx.org/dist/htmx.min.js" {
  const text: string;
  export default text;
}
declare module "htmx.org/dist/ext/hx-sse.min.js" {
  const text: string;
  export default text;
}
