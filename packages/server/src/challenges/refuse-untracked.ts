import type { ConfiguredAction, Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'

/**
 * Refuses a sign-in for an action that was not tracked first, where the action takes none: no rule decides such a sign-in, so it would pass whatever the
 * rules demand.
 */
export function refuseUntracked(tenant: Tenant, actionCode: string): void {
  if (allowsUntracked(tenant.actions.get(actionCode))) return
  throw new ApiError(
    'invalid_request',
    `the rules of the action \`${actionCode}\` decide only what was tracked: track the action and sign in with its token, ` +
      'or set `allowUntrackedSignIn` of the action',
  )
}

/** Without a setting, an action takes such a sign-in while nothing stricter than a passed challenge can come of a track. */
function allowsUntracked(action: ConfiguredAction | undefined): boolean {
  if (action === undefined) return true
  const { settings, definition } = action
  const isStrict = definition.defaultOutcome === 'BLOCK' || definition.defaultOutcome === 'REVIEW'
  return settings.allowUntrackedSignIn ?? (!isStrict && !definition.rules.some(({ mode }) => mode === 'active'))
}
