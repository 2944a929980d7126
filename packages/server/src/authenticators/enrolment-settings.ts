import { z } from 'zod'
import type { EnrolmentRules } from './enrolment-obstacle.ts'

/** Settings of a method about who may bind one. Every method but the passkey, whose names are older, has these. */
export const enrolmentFields = {
  allowFirstEnrolmentWithoutScope: z.boolean().nullish().meta({
    description: 'A user without an authenticator may bind one with the token of any allowed action. For migrations.',
  }),
  requireChallengeToAdd: z.boolean().nullish().meta({
    description: 'A user with an authenticator can bind one only after passing a challenge, whatever scope the application requested.',
  }),
}

export function enrolmentRulesIn(settings: Readonly<Record<string, unknown>>): EnrolmentRules {
  return {
    allowFirstEnrolmentWithoutScope: settings.allowFirstEnrolmentWithoutScope === true,
    requireChallengeToAdd: settings.requireChallengeToAdd === true,
  }
}
