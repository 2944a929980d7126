import { z } from 'zod'
import type { ConfigurableMethod } from '../../../src/tenants/configurable-method.ts'
import { answerLimitFields } from '../../../src/tries/limit-settings.ts'

export const spokenWordConfiguration: ConfigurableMethod['configuration'] = {
  path: 'spoken-word',
  plural: 'spoken words',
  title: 'spoken word configuration',
  fields: { language: z.enum(['en', 'mi']).nullish(), ...answerLimitFields },
  apply: (before, sent) => Object.fromEntries(Object.entries({ ...before, ...sent }).filter(([, value]) => value !== null)),
  show: (settings) => settings,
}
