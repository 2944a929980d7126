import { z } from 'zod'
import { actionCode } from '../http/identifier.ts'
import { dataPointFields } from '../tracked/data-point-fields.ts'
import { itemType, listChangeFields, listName, longItems } from '../value-lists/value-list-json.ts'
import { featureJson } from '../velocity/feature-json.ts'
import { policyBody } from './policy-document.ts'

const { message: _, ...policyFields } = policyBody.shape

const documentDataPoint = z.strictObject({
  ...dataPointFields,
  description: z.string().max(1024).nullish(),
  isPublic: z.boolean().optional(),
})

const documentList = z.strictObject({
  name: listName,
  alias: listName.optional().meta({ description: 'Absent: made from the name.' }),
  itemType: itemType.optional().meta({ description: 'Absent: as before; for a new list, as its items are.' }),
  valueListItems: longItems.optional().meta({ description: 'Absent: the list keeps its items, a new one is empty.' }),
  isActive: z.boolean().optional().meta({ description: 'Absent: active.' }),
  expectedVersion: listChangeFields.expectedVersion,
})

/** Rules with everything they refer to. Whatever the document leaves out stays as it is. */
export const rulesDocument = z.strictObject({
  dataPoints: z.array(documentDataPoint).max(10_000).optional(),
  lists: z.array(documentList).max(10_000).optional(),
  features: z.array(featureJson).max(1000).optional(),
  actions: z
    .array(z.strictObject({ actionCode, ...policyFields }))
    .max(1000)
    .optional()
    .meta({ description: 'Whole policies, each in the format of `PUT …/policy`.' }),
  message: z.string().max(1024).optional().meta({ description: 'Reason for the change, stored with the version.' }),
})

export type RulesDocument = z.infer<typeof rulesDocument>
export type DocumentAction = NonNullable<RulesDocument['actions']>[number]
