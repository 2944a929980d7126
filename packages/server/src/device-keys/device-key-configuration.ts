import { z } from 'zod'
import { enrolmentFields } from '../authenticators/enrolment-settings.ts'
import type { ConfigurableMethod } from '../tenants/configurable-method.ts'
import type { DeviceKeyMethod } from './device-key-method.ts'

const deviceKeyFields = {
  ...enrolmentFields,
  credentialLifetimeInMinutes: z
    .int()
    .min(1)
    .max(10 * 365 * 24 * 60)
    .nullish()
    .meta({
      description: 'How long the key of a device can be used after it was registered or renewed. Without this, until it is removed.',
    }),
}

/** How the management API configures a method of device keys. Members that are not named are refused, such as `requireAppAttestation`. */
export function deviceKeyConfiguration(
  { path, plural, noun }: DeviceKeyMethod,
  fields: z.ZodRawShape = {},
  check: (settings: Readonly<Record<string, unknown>>) => void = () => {},
): ConfigurableMethod['configuration'] {
  return {
    path,
    plural,
    title: `${noun} configuration`,
    fields: { ...deviceKeyFields, ...fields },
    apply(before, sent) {
      const settings = Object.fromEntries(Object.entries({ ...before, ...sent }).filter(([, value]) => value !== null))
      check(settings)
      return settings
    },
    show: (settings) => settings,
  }
}
