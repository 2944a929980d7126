import type { components } from '../../../generated/api-types.ts'

type Actor = components['schemas']['Actor']

const kinds: Readonly<Record<Actor['kind'], string>> = {
  management_key: 'a management key',
  secret_key: 'the application',
  admin: 'an admin',
  user: 'the user',
  system: 'the server',
}

/** Who did something, by name where there is one. */
export function describeActor({ kind, name }: Actor): string {
  return kind === 'system' || kind === 'user' ? kinds[kind] : (name ?? kinds[kind])
}
