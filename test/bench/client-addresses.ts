/** The addresses of the clients that the proxy benchmark tells apart. */

/** From one client to the next: coprime to any round number, so that all are met, far from each other. */
export const clientStride = 7_919;

/** The address of a client by its number, below 2^24: in 10.0.0.0/8, which no list and no network data knows. */
export function clientAddressOf(client: number): string {
  return `10.${(client >> 16) & 255}.${(client >> 8) & 255}.${client & 255}`;
}
