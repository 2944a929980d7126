import type { AttackerKind } from '../planned-step.ts'
import type { PlanAttacks } from './attack.ts'
import { drainAccounts } from './drain-accounts.ts'
import { imitateVictim } from './imitate-victim.ts'
import { stealSession } from './steal-session.ts'
import { stuffCredentials } from './stuff-credentials.ts'
import { takeOverFromTor } from './take-over-from-tor.ts'

/** The attackers of the demo: one file for each. */
export const attackers: Readonly<Record<AttackerKind, PlanAttacks>> = {
  credential_stuffer: stuffCredentials,
  tor_take_over: takeOverFromTor,
  session_thief: stealSession,
  imitator: imitateVictim,
  drainer: drainAccounts,
}
