import { z } from 'zod'
import type { ConfigurableMethod } from '../../../src/tenants/configurable-method.ts'

export const spokenWordConfiguration: ConfigurableMethod['configuration'] = {
  path: 'spoken-word',
  plural: 'spoken words',
  title: 'spoken word configuration',
  fields: { language: z.enum(['en', 'mi']).nullish() },
  apply: (before, sent) => ({ ...before, ...sent }),
  show: (settings) => settings,
}
