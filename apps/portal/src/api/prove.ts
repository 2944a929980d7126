import { ApiFault } from './api-fault.ts'
import { urlOf } from './url-of.ts'

let running: Promise<void> | undefined

/** Asks for the passkey and renews the proof of the session. Calls that wait for the same proof ask once. */
export function prove(): Promise<void> {
  running ??= ask().finally(() => {
    running = undefined
  })
  return running
}

async function ask(): Promise<void> {
  const { options } = await post('/session/proof/begin')
  const { startAuthentication } = await import('@simplewebauthn/browser')
  const credential = await startAuthentication({ optionsJSON: options as Parameters<typeof startAuthentication>[0]['optionsJSON'] }).catch(
    () => {
      const errorDescription = 'this needs your passkey, and the passkey dialog was closed or took too long. Nothing was changed'
      throw new ApiFault(0, { errorCode: 'proof_declined', errorDescription })
    },
  )
  await post('/session/proof/finish', { credential })
}

async function post(path: string, body?: object): Promise<Record<string, unknown>> {
  const reply = await fetch(urlOf(path, {}), {
    method: 'POST',
    credentials: 'same-origin',
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  if (!reply.ok) throw await ApiFault.of(reply)
  return (await reply.json()) as Record<string, unknown>
}
