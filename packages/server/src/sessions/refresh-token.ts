import { hash, randomBytes } from 'node:crypto'

/**
 * A refresh token: 256 random bits that all tokens of one session share, then 256 random bits of its own. The first half finds the session and proves that a
 * token was once one of it, so that one that was replaced is told from one that was made up; the second half is what is used. Only their hashes are stored.
 */
export interface RefreshToken {
  text: string
  /** Hex SHA-256 of the half that does not change. */
  familyHash: string
  /** Hex SHA-256 of the whole text. */
  hash: string
}

const prefix = 'sallyport_rt_'
const shape = /^sallyport_rt_([A-Za-z0-9_-]{43})([A-Za-z0-9_-]{43})$/
const halfLength = 43

/** The first token of a session. */
export function createRefreshToken(): RefreshToken {
  return toRefreshToken(randomHalf(), randomHalf())
}

/** The token that takes the place of another one. */
export function nextRefreshToken({ text }: RefreshToken): RefreshToken {
  return toRefreshToken(text.slice(prefix.length, prefix.length + halfLength), randomHalf())
}

/** `undefined`: the text is no refresh token. */
export function readRefreshToken(text: string): RefreshToken | undefined {
  const [, family, own] = shape.exec(text) ?? []
  return family === undefined || own === undefined ? undefined : toRefreshToken(family, own)
}

function toRefreshToken(family: string, own: string): RefreshToken {
  const text = `${prefix}${family}${own}`
  return { text, familyHash: hash('sha256', family, 'hex'), hash: hash('sha256', text, 'hex') }
}

function randomHalf(): string {
  return randomBytes(32).toString('base64url')
}
