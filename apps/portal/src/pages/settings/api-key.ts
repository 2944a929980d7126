import type { Answer } from '../../api/api.ts'

export type ApiKey = Answer<'get', '/keys'>[number]

/** The keys that a tenant is created with have no name. */
export function nameOfKey({ name, kind }: ApiKey): string {
  return name ?? `first ${kind} key`
}
