import { z } from 'zod'
import { jsonValue } from '../http/json-value.ts'
import { outcome } from '../rules/rule-json.ts'
import { dataPointFields } from '../tracked/data-point-fields.ts'
import { featureShape } from './feature-json.ts'
import type { VelocityTemplate } from './templates.ts'

/** A template whose parts have the shapes in which they are declared. */
export const templateReply = z
  .object({
    id: z.string(),
    title: z.string(),
    purpose: z.string(),
    dataPoints: z.array(z.object({ name: dataPointFields.name, dataType: dataPointFields.dataType, modelType: dataPointFields.modelType })),
    features: z.array(z.object({ ...featureShape, name: z.string(), condition: jsonValue.optional() })),
    rule: z.object({ name: z.string(), type: outcome, conditions: jsonValue }),
  })
  .meta({ id: 'VelocityTemplate' })

export function toTemplateReply({ dataPoints, features, rule: { outcome: type, name, conditions }, ...rest }: VelocityTemplate) {
  return {
    ...rest,
    dataPoints: [...dataPoints],
    features: features as z.infer<typeof templateReply>['features'],
    rule: { name, type, conditions },
  }
}
