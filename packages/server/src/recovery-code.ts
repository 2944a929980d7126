import { hash, randomBytes, randomInt, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/** Crockford's alphabet: no letter looks like a digit. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** 30 bits by which a code is found, and 70 bits that are secret. */
const selectorLength = 6
const codeLength = 20
const groupLength = 5
export const recoveryCodeCount = 10
/** Hashes that are computed at once, so that they leave threads for everything else: a flood of codes waits, and nothing else does. */
const maxAtOnce = 2

/** Some 20 ms and 8 MB: the secret part alone is beyond guessing, so the cost only has to make a stolen table useless. */
const cost: ScryptOptions & { N: number } = { N: 2 ** 13, r: 8, p: 1 }
const keyLength = 32

/** A recovery code as it is read: where to look for it, and the part that only its hash is stored of. */
export interface ReadRecoveryCode {
  /** Hex SHA-256 of the beginning. */
  selector: string
  secret: string
}

/** A new code, in four groups: `7QK2M-…`. */
export function createRecoveryCode(): string {
  const characters = Array.from({ length: codeLength }, () => alphabet[randomInt(alphabet.length)]).join('')
  return characters.match(new RegExp(`.{${groupLength}}`, 'g'))?.join('-') ?? characters
}

/** Reads a code as somebody types it: small letters, blanks, `O` for `0`. `undefined`: it cannot be one. */
export function readRecoveryCode(text: string): ReadRecoveryCode | undefined {
  const plain = text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  if (plain.length !== codeLength || [...plain].some((character) => !alphabet.includes(character))) return undefined
  return { selector: hash('sha256', plain.slice(0, selectorLength), 'hex'), secret: plain.slice(selectorLength) }
}

/** The salt and the hash, base64url. */
export async function hashRecoveryCode(secret: string): Promise<string> {
  const salt = randomBytes(16)
  return `${salt.toString('base64url')}.${(await derive(secret, salt)).toString('base64url')}`
}

export async function matchesRecoveryCode(secret: string, saltedHash: string): Promise<boolean> {
  const [salt = '', hash = ''] = saltedHash.split('.')
  const stored = Buffer.from(hash, 'base64url')
  const derived = await derive(secret, Buffer.from(salt, 'base64url'))
  return stored.length === derived.length && timingSafeEqual(stored, derived)
}

let running = 0
const waiting: (() => void)[] = []

/** Off the main thread, a few at once. */
async function derive(secret: string, salt: Buffer): Promise<Buffer> {
  if (running >= maxAtOnce) await new Promise<void>((resolve) => waiting.push(resolve))
  else running += 1
  try {
    return await new Promise((resolve, reject) => {
      scrypt(secret, salt, keyLength, cost, (error, key) => (error === null ? resolve(key) : reject(error)))
    })
  } finally {
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next()
  }
}

/** What is stored of a code. */
export interface HashedRecoveryCode {
  selector: string
  saltedHash: string
}

/** Makes ten codes, each good once. Takes some 0.2 s, so it belongs before a transaction. */
export async function createRecoveryCodeSet(): Promise<{ codes: string[]; hashed: HashedRecoveryCode[] }> {
  const codes = new Map<string, string>()
  while (codes.size < recoveryCodeCount) {
    const code = createRecoveryCode()
    codes.set((readRecoveryCode(code) as ReadRecoveryCode).selector, code)
  }
  const hashed = await Promise.all(
    [...codes].map(async ([selector, code]) => {
      const { secret } = readRecoveryCode(code) as ReadRecoveryCode
      return { selector, saltedHash: await hashRecoveryCode(secret) }
    }),
  )
  return { codes: [...codes.values()], hashed }
}
