import { z } from 'zod'

/** The zero of each script whose digits keyboards type: Latin, Arabic, Persian, Devanagari, Bengali, full width. */
const zeros = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xff10]

/**
 * A code of digits as somebody types or pastes it: blanks and hyphens do not count, and digits of other scripts are read (OT-12). Everything else is
 * refused, and is no try.
 */
export function verificationCode(lengths: { min: number; max: number }): z.ZodType<string, string> {
  const { min, max } = lengths
  return z
    .string()
    .max(64)
    .transform(readDigits)
    .refine((code) => /^[0-9]+$/.test(code) && code.length >= min && code.length <= max, 'is not a code of digits')
}

function readDigits(text: string): string {
  return Array.from(text.replaceAll(/[\s-]/g, ''), (character) => {
    const point = character.codePointAt(0) ?? 0
    const zero = zeros.find((first) => point >= first && point < first + 10)
    return zero === undefined ? character : String(point - zero)
  }).join('')
}
