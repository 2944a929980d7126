import type { Role } from '../../api/me.ts'

const meanings: Readonly<Record<Role, string>> = {
  owner: 'everything, also owners and their keys',
  admin: 'everything but owners',
  analyst: 'rules, lists and reviews',
  support: 'users, their passkeys and disputes',
  viewer: 'reads, changes nothing',
}

/** The roles that somebody of a role may give and take: nobody gives one above their own. */
export function rolesToGive(mine: Role): { value: Role; label: string }[] {
  return (Object.keys(meanings) as Role[])
    .filter((role) => mayManage(mine, role))
    .map((role) => ({ value: role, label: `${role}: ${meanings[role]}` }))
}

/** Whether somebody of a role may change or remove a person or a key that has a role. */
export function mayManage(mine: Role, theirs: Role): boolean {
  return mine === 'owner' || (mine === 'admin' && theirs !== 'owner')
}
