import { z } from 'zod'
import { policyTest } from './policy-test.ts'
import { outcome } from './rule-json.ts'

/** The result of a test, as the wire has it. */
export const policyTestResult = z
  .object({
    name: z.string(),
    passed: z.boolean(),
    expected: policyTest.shape.expect,
    actual: z
      .object({
        outcome,
        ruleId: z.string().nullable(),
        ruleName: z.string().nullable(),
        undeterminedRuleIds: z.array(z.string()),
      })
      .optional()
      .meta({ description: 'Absent when the event could not be evaluated.' }),
    sentence: z.string(),
  })
  .meta({ id: 'PolicyTestResult' })
