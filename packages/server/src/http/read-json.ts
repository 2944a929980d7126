import { isUtf8 } from 'node:buffer'
import { ApiError } from '../errors/api-error.ts'
import { findJsonFault } from './find-json-fault.ts'

/** A number of 16 digits, or with an exponent, where JSON has numbers. Shorter ones always survive. Some texts match too. */
const mayBeInexact = /[:[,\s]-?(?:[\d.]{16}|[\d.]+[eE])/
const mayBeHalfAPair = /\\u[dD][89a-fA-F]/

/**
 * The value of a JSON text. Refuses bytes that are not UTF-8, and everything that would silently become something else: numbers that a double
 * cannot hold, a name twice in one object, and names that reach a prototype. If `isStored`, also texts that a store cannot keep. A byte order
 * mark is dropped. The refusal names the member, or `name` for the whole text.
 *
 * Almost every body is cleared by cheap searches; only what they suspect is read once more, member by member.
 */
export function readJson(bytes: Uint8Array, isStored: boolean, name = 'the request body'): unknown {
  if (!isUtf8(bytes)) throw new ApiError('invalid_request', `${name} is not UTF-8`)
  return readJsonText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'), isStored, name)
}

/** As `readJson`, for text that was decoded already. */
export function readJsonText(given: string, isStored: boolean, name = 'the request body'): unknown {
  const text = given.charCodeAt(0) === 0xfeff ? given.slice(1) : given
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new ApiError('invalid_request', `${name} is not valid JSON`, { cause: error })
  }
  if (!isSuspect(text, value, isStored)) return value
  const fault = findJsonFault(text, isStored)
  if (fault === undefined) return value
  throw new ApiError('invalid_request', `\`${cut(fault.path)}\` ${fault.problem}`)
}

function isSuspect(text: string, value: unknown, isStored: boolean): boolean {
  return (
    text.includes('__proto__') ||
    text.includes('constructor') ||
    text.includes('\\u00') ||
    mayBeInexact.test(text) ||
    (isStored && mayBeHalfAPair.test(text)) ||
    countNames(text) !== countMembers(value)
  )
}

/** At least the number of names in the text: a quote with a colon behind it can also stand within a text. */
function countNames(text: string): number {
  let count = 0
  for (let colon = text.indexOf(':'); colon !== -1; colon = text.indexOf(':', colon + 1)) {
    let before = colon - 1
    while (isBlank(text.charCodeAt(before))) before -= 1
    if (text.charCodeAt(before) === 34) count += 1
  }
  return count
}

function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9
}

/** Fewer than the names that were read when one of them occurred twice. */
function countMembers(value: unknown): number {
  let count = 0
  const open = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (Array.isArray(next)) {
      for (const item of next) if (typeof item === 'object' && item !== null) open.push(item)
    } else if (typeof next === 'object' && next !== null) {
      const members = next as Record<string, unknown>
      for (const name in members) {
        count += 1
        const member = members[name]
        if (typeof member === 'object' && member !== null) open.push(member)
      }
    }
  }
  return count
}

function cut(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}
