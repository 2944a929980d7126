import type { components } from '../../../generated/api-types.ts'

type Version = { version: number; createdAt: string }
type Entry = Pick<components['schemas']['AuditEntry'], 'auditId' | 'at' | 'event' | 'details' | 'actor'>

/** A change of something that rules read: a value list or a velocity feature. */
export interface SharedChange {
  kind: 'list' | 'feature'
  name: string
  /** `created`, `updated`, `deleted`, `filled`. */
  verb: string
  entry: Entry
}

export type Chapter<V> = { at: string; version: V } | { at: string; shared: SharedChange }

const kinds: Readonly<Record<string, [kind: SharedChange['kind'], member: string, prefix: string]>> = {
  value_list: ['list', 'alias', 'lists.'],
  velocity_feature: ['feature', 'name', 'velocity.'],
}

/** The versions of a policy and the changes of the lists and features that it reads, in one story, newest first. */
export function tellStory<V extends Version>(versions: readonly V[], entries: readonly Entry[], reads: readonly string[]): Chapter<V>[] {
  const chapters: Chapter<V>[] = versions.map((version) => ({ at: version.createdAt, version }))
  for (const entry of entries) {
    const shared = sharedChangeOf(entry)
    const isRead =
      shared !== undefined && reads.includes(`${kinds[shared.kind === 'list' ? 'value_list' : 'velocity_feature']?.[2]}${shared.name}`)
    if (isRead) chapters.push({ at: entry.at, shared })
  }
  return chapters.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
}

function sharedChangeOf(entry: Entry): SharedChange | undefined {
  const [event = '', verb = ''] = entry.event.split('.')
  const [kind, member = ''] = kinds[event] ?? []
  const name = entry.details[member]
  return kind === undefined || typeof name !== 'string' ? undefined : { kind, name, verb, entry }
}
