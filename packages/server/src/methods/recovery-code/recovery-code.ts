import { createRecoveryCodeSet } from '../../recovery-code.ts'
import type { Method } from '../method.ts'
import { recoveryCodeConfiguration } from './recovery-code-configuration.ts'
import { recoveryCodeName } from './recovery-code-name.ts'
import { recoveryCodeRoutes } from './recovery-code-routes.ts'
import { type RecoveryCodeDetails, toSecret } from './recovery-code-set.ts'

/** Recovery codes: a set for each user, each code good once. */
export const recoveryCode: Method = {
  ...recoveryCodeName,
  configuration: recoveryCodeConfiguration,
  show: ({ details }) => ({ recoveryCodesLeft: (JSON.parse(details) as RecoveryCodeDetails).codesLeft }),
  findFault: ({ removed_at }) =>
    removed_at === null ? 'recovery codes cannot be brought in without their hashes: let the user make new ones' : undefined,
  async makeForFirst() {
    const { codes, hashed } = await createRecoveryCodeSet()
    const details: RecoveryCodeDetails = { codesLeft: codes.length }
    return { columns: { details, secret: toSecret(hashed) }, recoveryCodes: codes }
  },
  routes: { client: [recoveryCodeRoutes] },
}
