import { hash } from 'node:crypto'

/** Hex SHA-256: enough for a secret of 256 random bits. */
export function hashOfText(text: string): string {
  return hash('sha256', text, 'hex')
}
