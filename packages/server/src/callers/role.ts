/** What a caller of the management API may do, the most powerful first. */
export const roles = ['owner', 'admin', 'analyst', 'support', 'viewer'] as const

export type Role = (typeof roles)[number]
