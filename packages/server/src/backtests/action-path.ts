import { z } from 'zod'
import { actionCode } from '../http/identifier.ts'
import { isoTime } from '../http/iso-time.ts'

/** Where everything about one action lives in the management API. */
export const actionPath = '/action-configurations/:actionCode'

export const actionPathParams = z.object({ actionCode })

/** The window of history that is looked at. */
export const windowFields = {
  from: isoTime.optional().meta({ description: 'Inclusive. Absent: 30 days before `to`.' }),
  to: isoTime.optional().meta({ description: 'Exclusive. Absent: now.' }),
}
