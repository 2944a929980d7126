import type { FeatureDefinition } from '@sallyport/engine'
import { z } from 'zod'
import { actionCode } from '../http/identifier.ts'
import { settingsFields } from '../rules/action-settings.ts'
import { maxPolicyTests, type PolicyTest, policyTest } from '../rules/policy-test.ts'
import { methods, outcome, whenUnenrolled } from '../rules/rule-json.ts'
import { documentRule, type PolicyDocument, policyDocument } from '../rules-document/policy-document.ts'
import { dataPointFields } from '../tracked/data-point-fields.ts'
import { featureJson } from '../velocity/feature-json.ts'

const { type: _type, isActive: _isActive, name, description, ...otherRuleFields } = documentRule.shape

/** A rule as people write it, in the words of the rest of the product: `outcome` and `mode` instead of `type` and `isActive` on the wire. */
const fileRule = z.strictObject({ name, description, outcome, ...otherRuleFields })

const fileList = z.strictObject({
  name: z.string().min(1).max(128),
  alias: z.string().min(1).max(128).optional(),
  itemType: z.enum(['string', 'number']).default('string'),
  isActive: z.boolean().default(true),
  items: z.array(z.union([z.string().max(1024), z.number()])).max(1_000_000),
})

const fileDataPoint = z.strictObject({
  ...dataPointFields,
  description: z.string().max(1024).optional(),
  isPublic: z.boolean().default(false),
})

/** A file of rules: an action with its rules and tests, or data points, lists and features, or both. */
export const rulesFile = z.strictObject({
  action: actionCode.optional(),
  defaultOutcome: outcome.optional(),
  whenUnenrolled: whenUnenrolled.optional(),
  verificationMethods: methods.optional(),
  requires: policyDocument.shape.requires,
  whenMissing: policyDocument.shape.whenMissing,
  settings: z.strictObject(settingsFields).optional(),
  rules: z.array(fileRule).max(100).optional(),
  tests: z.array(policyTest).max(maxPolicyTests).optional(),
  dataPoints: z.array(fileDataPoint).max(10_000).optional(),
  lists: z.array(fileList).max(10_000).optional(),
  features: z.array(featureJson).max(1000).optional(),
})

export type RulesFile = z.infer<typeof rulesFile>
export type FileList = z.infer<typeof fileList>
export type FileDataPoint = z.infer<typeof fileDataPoint>
export type FileFeature = FeatureDefinition

/** One action of a file, in the shape that the API takes. */
export interface FileAction {
  actionCode: string
  policy: PolicyDocument
  /** Absent: the file does not mention them, and they stay as they are. */
  settings?: NonNullable<RulesFile['settings']>
  /** As `settings`. */
  tests?: PolicyTest[]
}

/** The action of a file, or the reason why it is incomplete. `undefined`: the file has only lists, data points or features. */
export function actionOf(file: RulesFile): FileAction | string | undefined {
  const { action, defaultOutcome, rules, settings, tests } = file
  if (action === undefined) {
    const stray = (
      ['defaultOutcome', 'whenUnenrolled', 'verificationMethods', 'requires', 'whenMissing', 'settings', 'rules', 'tests'] as const
    ).find((key) => file[key])
    return stray === undefined ? undefined : `\`${stray}\` belongs to an action, and \`action\` is missing`
  }
  if (defaultOutcome === undefined) return '`defaultOutcome` is missing: what is decided when no rule matches'
  if (rules === undefined) return '`rules` is missing: write `rules: []` for an action without any'
  return {
    actionCode: action,
    policy: {
      defaultUserActionResult: defaultOutcome,
      whenUnenrolled: file.whenUnenrolled,
      verificationMethods: file.verificationMethods,
      requires: file.requires,
      whenMissing: file.whenMissing,
      rules: rules.map(({ outcome: type, ...rule }) => ({ ...rule, type })),
    },
    ...(settings === undefined ? {} : { settings }),
    ...(tests === undefined ? {} : { tests }),
  }
}
