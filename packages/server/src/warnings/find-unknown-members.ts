import { ApiError } from '../errors/api-error.ts'
import { suggestAttribute } from './suggest-attribute.ts'
import type { Warning } from './warning.ts'

/** Findings of one kind in one request; the rest are as good as said. */
export const mostOfKind = 16

/** Attributes of the wire API that this release does not read. */
const unsupported: ReadonlySet<string> = new Set(['customDomain', 'crypto'])

const none: readonly Warning[] = Object.freeze([])

/** Members of a body that the route does not read, each with the one that was probably meant. `what`: `a track`. */
export function findUnknownMembers(body: Readonly<Record<string, unknown>>, known: ReadonlySet<string>, what: string): readonly Warning[] {
  let found: Warning[] | undefined
  for (const name in body) {
    if (known.has(name)) continue
    found ??= []
    if (found.length === mostOfKind) break
    const problem = unsupported.has(name) ? 'is not supported yet' : `is not an attribute of ${what}`
    const hint = unsupported.has(name) ? '' : suggestAttribute(name, [...known])
    found.push({ code: 'unknown_attribute', subject: shown(name), message: `\`${shown(name)}\` ${problem} and was ignored${hint}` })
  }
  return found ?? none
}

/** For a strict tenant: what would be a warning about a misspelt request is a refusal. */
export function refuseMisspelt(misspelt: readonly Warning[]): void {
  if (misspelt.length === 0) return
  const problems = misspelt.map(({ message }) => message.replace(' and was ignored', ''))
  throw new ApiError('invalid_request', `the tenant is strict: ${problems.join('; ')}`)
}

/** A name as far as a message shows it. */
export function shown(name: string): string {
  return name.length > 64 ? `${name.slice(0, 63)}…` : name
}
