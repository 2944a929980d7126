/** How much the first days of an account prove by themselves: trust on first use. */
export interface TrustOnFirstUse {
  /** The days (UTC) with a success that count, within 30 days of the first. 0 turns it off. */
  days: number
  /** The most addresses and devices that become known this way. */
  addresses: number
  devices: number
}

export const defaultTrustOnFirstUse: TrustOnFirstUse = Object.freeze({ days: 3, addresses: 5, devices: 3 })
