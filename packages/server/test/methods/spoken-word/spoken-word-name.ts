import type { NamedMethod } from '../../../src/authenticators/named-method.ts'

/** The name is borrowed: the wire knows no spoken words, and no method of that name is shipped. */
export const spokenWordName = {
  name: 'IPROOV',
  noun: 'spoken word',
  aNoun: 'a spoken word',
  isGuessable: true,
} as const satisfies NamedMethod
