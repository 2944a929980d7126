import type { Setting } from './read-setting.ts'
import { shownWhile } from './setting-words.ts'

export type Value = string | boolean | readonly string[] | Draft
/** What a form holds: each member that it draws, and nothing absent. */
export interface Draft {
  readonly [name: string]: Value
}

/** The draft of a configuration. `undefined`: the method has none yet. */
export function draftOf(settings: readonly Setting[], configuration: Readonly<Record<string, unknown>> = {}): Draft {
  return Object.fromEntries(settings.map((setting) => [setting.name, formValueOf(setting, configuration[setting.name])]))
}

function formValueOf(setting: Setting, stored: unknown): Value {
  switch (setting.kind) {
    case 'flag':
      return typeof stored === 'boolean' ? stored : setting.usual
    case 'countries':
      return Array.isArray(stored) ? (stored as string[]) : []
    case 'texts':
      return Array.isArray(stored) ? stored.join('\n') : ''
    case 'group':
      return draftOf(setting.members, (stored ?? {}) as Record<string, unknown>)
    default:
      return stored === undefined || stored === null ? '' : String(stored)
  }
}

/** Whether a member means something with the rest of the draft, such as the account of a provider that was chosen. */
export function isShown(name: string, draft: Draft): boolean {
  if (!Object.hasOwn(shownWhile, name)) return true
  const provider = Object.keys(draft).find((member) => member.endsWith('Provider'))
  return provider === undefined || draft[provider] === shownWhile[name]?.provider
}

/** What has to be sent to come from one to the other: `null` clears a member. Members that mean nothing any more stay as they are. */
export function changesOf(settings: readonly Setting[], before: Draft, after: Draft): Record<string, unknown> {
  const changed = settings.filter(
    ({ name }) => isShown(name, after) && JSON.stringify(sentOf(settings, name, before)) !== JSON.stringify(sentOf(settings, name, after)),
  )
  return Object.fromEntries(changed.map(({ name }) => [name, sentOf(settings, name, after)]))
}

function sentOf(settings: readonly Setting[], name: string, draft: Draft): unknown {
  const setting = settings.find((one) => one.name === name)
  const value = draft[name]
  if (setting === undefined || value === undefined) return null
  switch (setting.kind) {
    case 'flag':
      return value
    case 'countries':
      return (value as readonly string[]).length === 0 ? null : value
    case 'texts': {
      const lines = String(value)
        .split(/[\s,]+/)
        .filter((line) => line !== '')
      return lines.length === 0 ? null : lines
    }
    case 'number':
      return value === '' ? null : Number(value)
    case 'group': {
      const members = setting.members.map((member) => [member.name, sentOf(setting.members, member.name, value as Draft)] as const)
      const given = members.filter(([, one]) => one !== null)
      return given.length === 0 ? null : Object.fromEntries(given)
    }
    default:
      return String(value).trim() === '' ? null : String(value).trim()
  }
}
