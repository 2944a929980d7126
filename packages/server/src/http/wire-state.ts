import { z } from 'zod'

/** Where an action instance stands, as the wire API spells it. */
export const wireState = z
  .enum([
    'ALLOW',
    'BLOCK',
    'CHALLENGE_REQUIRED',
    'CHALLENGE_SUCCEEDED',
    'CHALLENGE_FAILED',
    'REVIEW_REQUIRED',
    'REVIEW_SUCCEEDED',
    'REVIEW_FAILED',
  ])
  .meta({ id: 'UserActionState' })
