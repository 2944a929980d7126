import { z } from 'zod'
import { deviceKeyConfiguration } from '../../device-keys/device-key-configuration.ts'
import type { DeviceKeySettings } from '../../device-keys/device-key-method.ts'
import { ApiError } from '../../errors/api-error.ts'
import { sendLimitFields } from '../../tries/limit-settings.ts'
import { pushName } from './push-name.ts'

const fields = {
  ...sendLimitFields,
  pushProvider: z
    .enum(['DEFAULT', 'WEBHOOK'])
    .nullish()
    .meta({ description: '`WEBHOOK`: your server is called with `push.created` and wakes the device. Else the device asks by itself.' }),
  webhookUrl: z.string().max(2048).nullish().meta({ description: 'Where `push.created` goes, signed.' }),
  requireNumberMatching: z.boolean().nullish().meta({
    description:
      'Whether the user has to type the number of the waiting page into the device. Default yes. Without it, a tired user approves what somebody else asked for.',
  }),
}

/** How the management API configures push. */
export const pushConfiguration = deviceKeyConfiguration(pushName, fields, ({ pushProvider, webhookUrl }: DeviceKeySettings) => {
  if (pushProvider === 'WEBHOOK' && webhookUrl === undefined) {
    throw new ApiError('invalid_request', '`webhookUrl` is required for the provider WEBHOOK')
  }
  if (webhookUrl !== undefined && pushProvider !== 'WEBHOOK') {
    throw new ApiError('invalid_request', '`webhookUrl` needs the provider WEBHOOK')
  }
  if (webhookUrl !== undefined && !/^https?:\/\//.test(webhookUrl)) throw new ApiError('invalid_request', '`webhookUrl` is not a URL')
})
