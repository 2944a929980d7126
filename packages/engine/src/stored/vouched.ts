/**
 * Why something that a user was only allowed with is known all the same, as bits. Profiles and instances store them: append, never reorder.
 *
 * - `firstDays`: it came in the first days of the account.
 * - `company`: it came beside something proven, which is an address for a device and a device for an address.
 * - `provenCompany`: and that was a device with which a challenge had been passed in the last 180 days.
 * - `earlier`: a release remembered it that did not tell seen from known.
 */
export const vouchers = { firstDays: 1, company: 2, provenCompany: 4, earlier: 8 } as const

/** What vouches for an instance if it ends well without a challenge. 0: nothing, so it only shows what was seen. */
export interface Vouched {
  /** Bits of `vouchers`: for the address, its networks and country, and the place. */
  place: number
  /** For the device id, the user agent, the browser, the operating system and the kind of device. */
  device: number
}
