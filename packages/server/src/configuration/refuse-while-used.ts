import { ApiError } from '../errors/api-error.ts'
import type { Db } from '../storage/store.ts'
import { findUsage, type Referred, type Usage } from './find-usage.ts'

/** Refuses to remove a value list, a velocity feature or a data point that something in force refers to: a rule would be undetermined from then on. */
export async function refuseWhileUsed(db: Db, tenantId: string, referred: Referred): Promise<void> {
  const [first] = await findUsage(db, tenantId, referred)
  if (first !== undefined) throw new ApiError('invalid_request', describe(first))
}

function describe(use: Usage): string {
  switch (use.kind) {
    case 'rule':
      return `the rule \`${use.name}\` of action \`${use.actionCode}\` uses \`${use.reads}\``
    case 'velocity_feature':
      return `the velocity feature \`${use.name}\` uses \`${use.reads}\``
    case 'requirement':
      return `the action \`${use.actionCode}\` requires \`${use.reads}\``
  }
}
