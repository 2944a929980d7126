import type { FastifyRequest } from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import { clientOf } from '../../callers/authenticate.ts'
import { socketProtocol } from '../../callers/authenticate-socket.ts'
import { createChallengePurge } from '../../challenges/purge-challenges.ts'
import { loadDeviceKeySettings } from '../../device-keys/device-key-method.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { Routes } from '../../http/app-type.ts'
import { takeUpgrade, type Upgrade } from '../../http/route-upgrades.ts'
import { createSocketPlaces, withDefaultLimits } from '../../http/socket-limits.ts'
import type { MethodDeps } from '../method.ts'
import { findChangedCodes } from './find-changed-codes.ts'
import { qrCodeName } from './qr-code-name.ts'
import { type SocketSession, startSocketSession } from './socket-session.ts'

/**
 * Where `@authsignal/browser` looks, which makes the address of the API over: `/v1` becomes `/ws-v1-challenge`, and the first `api`, of a path or a host name,
 * becomes `api-ws`.
 */
const paths = ['/ws-v1-challenge', '/api-ws/ws-v1-challenge']
/** More than the longest message that is not refused for what it says. */
const maxMessageBytes = 16 * 1024

/** WebSocket on which a page makes QR codes and hears what became of them. */
export const qrCodeSocket: Routes<MethodDeps> = (app, given) => {
  const deps = { ...given, purge: createChallengePurge(given) }
  const limits = withDefaultLimits(deps.socketLimits)
  const places = createSocketPlaces(limits)
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    handleProtocols: () => socketProtocol,
  })
  const sessions = new Set<SocketSession>()
  let timer: NodeJS.Timeout | undefined
  let isClosing = false

  for (const path of paths) {
    app.get(path, { schema: { hide: true } }, (request, reply) => {
      const { tenant, token } = clientOf(request)
      loadDeviceKeySettings(tenant, qrCodeName)
      if (isClosing) throw new ApiError('unavailable', 'the server stops, connect again', { retryAfterSeconds: 1 })
      const owner = { tenantId: tenant.tenantId, ipAddress: request.ip }
      places.take(owner)
      const { request: raw, socket, head } = takeUpgradeOr(giveBack, request)
      reply.hijack()
      if (socket.closed) return giveBack()
      socket.once('close', giveBack)
      server.handleUpgrade(raw, socket, head, begin)

      function giveBack(): void {
        places.giveBack(owner)
        deps.metrics.setOpenSockets(places.count())
      }

      function begin(socket: WebSocket): void {
        deps.metrics.setOpenSockets(places.count())
        const session = startSocketSession(deps, limits, socket, { ...owner, token, userAgent: request.headers['user-agent'] })
        sessions.add(session)
        socket.once('close', () => sessions.delete(session))
        timer ??= setTimeout(() => void look(), limits.pollMs).unref()
      }
    })
  }

  function takeUpgradeOr(giveBack: () => void, request: FastifyRequest): Upgrade {
    try {
      return takeUpgrade(request)
    } catch (error) {
      giveBack()
      throw error
    }
  }

  /** Nobody else says that a device has decided: it may have told another process. */
  async function look(): Promise<void> {
    for (const session of sessions) session.keepUp()
    try {
      await findChangedCodes(
        deps,
        [...sessions].flatMap((session) => session.followed()),
      )
    } catch (err) {
      deps.log.warn({ err }, 'the QR codes that pages wait for could not be read; it is tried again')
    }
    timer = sessions.size === 0 || isClosing ? undefined : setTimeout(() => void look(), limits.pollMs).unref()
  }

  app.addHook('preClose', async () => {
    isClosing = true
    await Promise.all([...sessions].map((session) => session.stop()))
    clearTimeout(timer)
  })
}
