/** The addresses of the clients that the proxy benchmark tells apart. */

/** The address of a client by its number, below 2^24: in 10.0.0.0/8, which no list and no network data knows. */
export function clientAddressOf(client: number): string {
  return `10.${(client >> 16) & 255}.${(client >> 8) & 255}.${client & 255}`;
}
