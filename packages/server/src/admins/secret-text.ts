import { hash, randomBytes } from 'node:crypto'

/** 256 random bits for a cookie or a link, base64url. */
export function createSecretText(): string {
  return randomBytes(32).toString('base64url')
}

/** What is stored of it: hex SHA-256, which suffices for so many random bits. */
export function hashOfSecret(text: string): string {
  return hash('sha256', text, 'hex')
}
