import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { App, Routes } from '../http/app-type.ts'
import { identifier, userId, userParams } from '../http/identifier.ts'
import { isoTime } from '../http/iso-time.ts'
import { device, toDevice } from './device-json.ts'
import { listDevices } from './list-devices.ts'
import { rememberDevice } from './remember-device.ts'
import { type UpdateDeviceDeps, updateDevice } from './update-device.ts'

const deviceParams = z.object({ userId, deviceId: identifier(256) })
const rememberFields = { rememberedUntil: isoTime.nullable() }

const provenBody = z.object({
  deviceId: identifier(256).meta({ description: 'A signed device id.' }),
  deviceProof: z.string().min(1).max(256),
  days: z.int().min(1).max(365).default(30),
})

/** Server API: the devices of a user. */
export const deviceRoutes: Routes<UpdateDeviceDeps> = (app, deps) => {
  addRoutes(app, deps, z.object(rememberFields))
  app.post(
    '/users/:userId/devices',
    {
      schema: {
        tags: ['users'],
        summary: 'Remember the device of a passed challenge',
        description: 'Within 15 minutes of the challenge. The device needs a signed id and a fresh proof of it.',
        params: userParams,
        body: provenBody,
        response: { 200: device },
      },
    },
    async (request) => toDevice(await rememberDevice(deps, tenantOf(request), request.params.userId, request.body, actorOf(request))),
  )
}

/** Management API: the same, for people. */
export const managedDeviceRoutes: Routes<UpdateDeviceDeps> = (app, deps) => addRoutes(app, deps, z.strictObject(rememberFields))

function addRoutes(app: App, deps: UpdateDeviceDeps, rememberBody: z.ZodType<{ rememberedUntil: number | null }>): void {
  app.get(
    '/users/:userId/devices',
    { schema: { tags: ['users'], summary: 'List the devices of a user', params: userParams, response: { 200: z.array(device) } } },
    async (request) => (await listDevices(deps.store.db, tenantOf(request).tenantId, request.params.userId)).map(toDevice),
  )
  app.patch(
    '/users/:userId/devices/:deviceId',
    {
      schema: {
        tags: ['users'],
        summary: 'Remember or forget a device',
        params: deviceParams,
        body: rememberBody,
        response: { 200: device },
      },
    },
    async (request) =>
      toDevice(
        await updateDevice(
          deps,
          tenantOf(request).tenantId,
          request.params.userId,
          request.params.deviceId,
          {
            kind: 'remember',
            until: request.body.rememberedUntil,
          },
          actorOf(request),
        ),
      ),
  )
  app.post(
    '/users/:userId/devices/:deviceId/invalidate',
    { schema: { tags: ['users'], summary: 'Invalidate a device', params: deviceParams, response: { 200: device } } },
    async (request) =>
      toDevice(
        await updateDevice(
          deps,
          tenantOf(request).tenantId,
          request.params.userId,
          request.params.deviceId,
          { kind: 'invalidate' },
          actorOf(request),
        ),
      ),
  )
}
