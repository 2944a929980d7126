import type { components } from '../../../generated/api-types.ts'

export type AuditEntry = components['schemas']['AuditEntry']

const kinds: Readonly<Record<AuditEntry['actor']['kind'], string>> = {
  management_key: 'a management key',
  secret_key: 'an application',
  admin: 'an admin',
  user: 'a user',
  system: 'the server',
}

/** Who did it, by name where there is one. */
export function describeActor({ kind, name, id }: AuditEntry['actor']): string {
  if (kind === 'system') return name === undefined ? 'The server' : `The server (${name})`
  const called = name ?? id
  if (called === undefined) return kinds[kind].charAt(0).toUpperCase() + kinds[kind].slice(1)
  return kind === 'user' ? `User ${called}` : called
}

/** What it was done to: the names in the details, in the order in which people would say them. */
export function describeSubject(details: Readonly<Record<string, unknown>>): string {
  const names = ['actionCode', 'alias', 'name', 'ruleId', 'method', 'role', 'version', 'message', 'reason']
  const found = names.flatMap((name) => {
    const value = details[name]
    if (typeof value === 'string' && value !== '') return [value]
    return typeof value === 'number' ? [name === 'version' ? `version ${value}` : String(value)] : []
  })
  return [...new Set(found)].join(' · ')
}

/** A change with both sides, for entries of configuration. */
export interface Change {
  name: string
  before: unknown
  after: unknown
}

/** The members that differ between `before` and `after`, the whole of each where one is missing. */
export function changesOf({ before, after }: Readonly<Record<string, unknown>>): Change[] {
  if (before === undefined && after === undefined) return []
  const [left, right] = [membersOf(before), membersOf(after)]
  return [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .filter((name) => JSON.stringify(left[name]) !== JSON.stringify(right[name]))
    .map((name) => ({ name, before: left[name], after: right[name] }))
}

function membersOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value === undefined || value === null ? {} : { value }
  return value as Record<string, unknown>
}
