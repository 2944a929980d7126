import type { Role } from '../callers/role.ts'

/** Whether somebody with a role may give another one, or change somebody who has it: only an owner makes or changes owners. */
export function mayGiveRole(own: Role, given: Role): boolean {
  if (own === 'owner') return true
  return own === 'admin' && given !== 'owner'
}
