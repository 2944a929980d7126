import { z } from 'zod'
import { actorJson } from '../audit/actor.ts'
import { policyChange } from './policy-change-json.ts'
import { policyTestResult } from './policy-test-json.ts'

export const proposalState = z
  .enum(['open', 'approved', 'rejected', 'withdrawn', 'expired'])
  .meta({ description: 'Only an open proposal can be approved, rejected or withdrawn.' })

export const proposalSummary = z
  .object({
    proposalId: z.string(),
    state: proposalState,
    actionCodes: z.array(z.string()),
    event: z.string().meta({ description: 'What was asked for: `rule.updated`, `policy.replaced` and so on.' }),
    message: z.string().optional(),
    actor: actorJson.meta({ description: 'Who proposed it. Anybody else approves it.' }),
    createdAt: z.string(),
    expiresAt: z.string(),
    closedAt: z.string().optional(),
    closedBy: actorJson.optional().meta({ description: 'Who approved, rejected or withdrew it.' }),
    reason: z.string().optional(),
  })
  .meta({ id: 'ProposalSummary' })

const proposedAction = z.object({
  actionCode: z.string(),
  basePolicyVersion: z
    .int()
    .meta({ description: 'The version that the change was made to. When another one is in force, the proposal cannot be approved.' }),
  changes: z.array(policyChange),
  tests: z.array(policyTestResult),
  warnings: z.array(z.object({ ruleId: z.string(), path: z.string(), message: z.string() })),
  backtest: z.looseObject({}).optional().meta({
    description:
      'The last thirty days under the change, as a backtest counts them, without its samples. Absent: there was nothing to count, or no time.',
  }),
})

/** A proposal with what its author saw. */
export const proposal = proposalSummary
  .extend({
    changes: z.array(policyChange).meta({ description: 'Changes to data points, value lists and velocity features that come with it.' }),
    actions: z.array(proposedAction),
    broken: z
      .array(z.object({ actionCode: z.string(), test: policyTestResult }))
      .meta({ description: 'Saved tests that fail because of the change.' }),
    isYours: z
      .boolean()
      .meta({ description: 'Whoever asks made it, by themselves or with a key of theirs: another person has to approve it.' }),
    isBaseMoved: z.boolean().meta({ description: 'Another version is in force than the change was made to.' }),
    document: z.looseObject({}).meta({ description: 'The change itself, in the format of `PUT rules`.' }),
  })
  .meta({ id: 'Proposal' })

export type Proposal = z.infer<typeof proposal>
export type ProposalSummary = z.infer<typeof proposalSummary>
