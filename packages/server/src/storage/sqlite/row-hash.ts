import { hash } from 'node:crypto'

const HEX_DIGITS = 13

/** Maps a text to a whole number below 2^52, evenly, and unpredictably without the secret. Different texts may have the same hash, so callers compare the texts. */
export type RowHash = (text: string) => number

export function createRowHash(secret: string): RowHash {
  return (text) => Number.parseInt(hash('sha256', secret + text, 'hex').slice(0, HEX_DIGITS), 16)
}
