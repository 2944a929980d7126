import { z } from 'zod'

/** One difference between two policies: its kind, a plain sentence, and the fields of the kind. */
export const policyChange = z.looseObject({ kind: z.string(), sentence: z.string() }).meta({ id: 'PolicyChange' })
