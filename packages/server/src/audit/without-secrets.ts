import { scrub, secretNames } from '../log.ts'

type Details = Record<string, unknown>

const hidden = new Set(secretNames.map((name) => name.toLowerCase()))
const secretName = /secret|password|credential|api_?key|private_?key|access_?key|token$/i
const phoneNumber = /\+\d[\d ()-]{6,18}\d/g
const urlQuery = /(:\/\/[^\s?#]+)[?#]\S*/g

/**
 * Details of an entry as they may be kept: members that are secret or personal by name are removed, and texts lose keys, tokens, mail addresses, phone
 * numbers, and the parts of a URL that may hold a secret.
 */
export function withoutSecrets(details: Details): Details {
  return clean(details) as Details
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return scrub(value).replace(phoneNumber, '[removed]').replace(urlQuery, '$1?[removed]')
  if (Array.isArray(value)) return value.map(clean)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, isSecret(name, member) ? '[removed]' : clean(member)]))
}

function isSecret(name: string, value: unknown): boolean {
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return false
  return hidden.has(name.toLowerCase()) || secretName.test(name)
}
