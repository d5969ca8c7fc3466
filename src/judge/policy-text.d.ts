/** Policies are embedded as text. */
declare module "*.policy" {
  const text: string;
  export default text;
}
