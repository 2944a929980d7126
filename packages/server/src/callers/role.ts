/** What the holder of a management key, or an admin, may do: those with the most rights first. `app/route-access.ts` says it of every route. */
export const roles = ['owner', 'admin', 'analyst', 'support', 'viewer'] as const

/** Who may change rules, and approve what others propose. */
export const ruleRoles = ['owner', 'admin', 'analyst'] as const satisfies readonly Role[]

export type Role = (typeof roles)[number]

/** Whether somebody may give a role, or take it away: owners any, admins any but the owner's, and nobody else. */
export function mayGrant(own: Role, granted: Role): boolean {
  return own === 'owner' || (own === 'admin' && granted !== 'owner')
}
