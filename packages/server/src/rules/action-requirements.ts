import { type PolicyDefinition, requiredDataPoint } from '@sallyport/engine'
import { z } from 'zod'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'

/** What an event of the action must bring, as the wire has it. `null` clears, absence leaves as it is. */
export const requirementFields = {
  requires: z
    .array(z.string().min(1).max(135))
    .max(64)
    .nullish()
    .meta({ description: 'Inputs that a track must have: `ip`, `device`, `userAgent`, or names of data points.' }),
  whenMissing: z.enum(['REFUSE', 'FAIL_CLOSED']).nullish().meta({
    description:
      'For a track without a required input. `REFUSE` (default): 400. `FAIL_CLOSED`: the strictest outcome of the rules and the default, `BLOCK` if none is stricter than `ALLOW`.',
  }),
}

const requirements = z.object(requirementFields)
type Requirements = z.infer<typeof requirements>

/** Refuses inputs that no track can have. */
export function checkRequirements(tenant: Pick<Tenant, 'dataPoints'>, requires: Requirements['requires']): void {
  for (const input of requires ?? []) {
    const dataPoint = requiredDataPoint(input)
    if (dataPoint === undefined || tenant.dataPoints.get(dataPoint)?.modelType === 'action') continue
    throw new ApiError(
      'invalid_request',
      `\`requires\`: \`${input}\` is neither \`ip\`, \`device\` or \`userAgent\` nor a data point for actions${suggest(input)}`,
    )
  }
}

/** The policy with the requirements that were sent. */
export function toRequirements(policy: PolicyDefinition, { requires, whenMissing }: Requirements): PolicyDefinition {
  const after = { ...policy }
  if (requires === null || requires?.length === 0) delete after.requires
  else if (requires !== undefined) after.requires = [...new Set(requires)]
  if (whenMissing === null) delete after.whenMissing
  else if (whenMissing !== undefined) after.whenMissing = whenMissing
  return after
}

/** The names under which a track sends the inputs. */
const sentAs: ReadonlyMap<string, string> = new Map([
  ['ipaddress', 'ip'],
  ['deviceid', 'device'],
  ['useragent', 'userAgent'],
])

function suggest(input: string): string {
  const meant = sentAs.get(input.toLowerCase().replaceAll('_', ''))
  return meant === undefined ? '' : `; did you mean \`${meant}\`?`
}
