import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** A phone number as limits see it. */
export interface PhonePrefix {
  /** Digits in international form, without the plus. */
  digits: string
  /** ISO 3166-1; `undefined`: a number that belongs to no country, or to none that is known. */
  country: string | undefined
}

/** Reads a phone number in international form (E.164; spaces and dashes are ignored). `undefined`: it is no possible phone number. */
export function readPhoneNumber(phoneNumber: string): PhonePrefix | undefined {
  const parsed = parsePhoneNumberFromString(phoneNumber)
  if (parsed === undefined || !parsed.isPossible()) return undefined
  return { digits: parsed.number.slice(1), country: parsed.country }
}

/** The block of `size` numbers, a power of ten, to which a number belongs: its digits without the last ones. */
export function numberBlock({ digits }: PhonePrefix, size: number): string {
  return digits.slice(0, Math.max(1, digits.length - Math.round(Math.log10(size))))
}
