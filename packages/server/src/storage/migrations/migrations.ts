import { first } from './001-first.ts'
import { policyTests } from './002-policy-tests.ts'
import { velocityAndPopulation } from './003-velocity-and-population.ts'
import { leases } from './004-leases.ts'
import { valueListVersions } from './005-value-list-versions.ts'
import { storeMarks } from './006-store-marks.ts'
import { authenticatorSecrets } from './007-authenticator-secrets.ts'
import { actor } from './008-actor.ts'
import { auditChain } from './009-audit-chain.ts'
import { dataPointBounds } from './010-data-point-bounds.ts'
import { keyNames } from './011-key-names.ts'
import { valueListEntries } from './012-value-list-entries.ts'
import { recentWarnings } from './013-recent-warnings.ts'
import { keyRoles } from './014-key-roles.ts'
import { admins } from './015-admins.ts'
import { instanceChanges } from './016-instance-changes.ts'
import { eventIndex } from './017-event-index.ts'
import { reviewClaims } from './018-review-claims.ts'
import { policySnoozes } from './019-policy-snoozes.ts'
import { proposals } from './020-proposals.ts'
import { stateCounts } from './021-state-counts.ts'
import { adminAddresses } from './022-admin-addresses.ts'
import { keyLives } from './023-key-lives.ts'
import { unlearnings } from './024-unlearnings.ts'
import { tries } from './025-tries.ts'
import { userSessions } from './026-user-sessions.ts'
import { enrolmentFreeze } from './027-enrolment-freeze.ts'
import { customClaims } from './028-custom-claims.ts'
import { keyParts } from './029-key-parts.ts'
import type { Migration } from './migration.ts'

/** All steps, in order, numbered from 1 without a gap. */
export const migrations: readonly Migration[] = [
  first,
  policyTests,
  velocityAndPopulation,
  leases,
  valueListVersions,
  storeMarks,
  authenticatorSecrets,
  actor,
  auditChain,
  dataPointBounds,
  keyNames,
  valueListEntries,
  recentWarnings,
  keyRoles,
  admins,
  instanceChanges,
  eventIndex,
  reviewClaims,
  policySnoozes,
  proposals,
  stateCounts,
  adminAddresses,
  keyLives,
  unlearnings,
  tries,
  userSessions,
  enrolmentFreeze,
  customClaims,
  keyParts,
]
