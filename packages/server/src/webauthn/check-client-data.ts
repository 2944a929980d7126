import type { RefusalReason } from './ceremony-refusal.ts'

/** What a relying party expects of the client data, whichever ceremony it belongs to. */
export interface ClientDataExpectation {
  type: 'webauthn.create' | 'webauthn.get'
  /** The challenge of the options, base64url. */
  challenge: string
  /** Compared exactly, as whole strings (WA-04). */
  origins: readonly string[]
  /** Pages that may hold ours in a frame. Empty: a ceremony inside another origin's page is refused (WA-05). */
  topOrigins: readonly string[]
}

/** Members of `CollectedClientData` that are compared. Others are ignored: the specification lets them grow (WA-19), and dropped `tokenBinding`. */
export interface ClientData {
  /** As they were signed. */
  bytes: Buffer
  type: unknown
  challenge: unknown
  origin: unknown
  crossOrigin: unknown
  topOrigin: unknown
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads client data: UTF-8, a byte order mark stripped, a JSON object. `undefined` for anything else.
 * WebAuthn Level 3, "Verifying an Authentication Assertion": "Let JSONtext be the result of running UTF-8 decode on the value of cData".
 */
export function readClientData(clientDataJSON: string): ClientData | undefined {
  try {
    const bytes = Buffer.from(clientDataJSON, 'base64url')
    const value: unknown = JSON.parse(utf8.decode(bytes))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return {
      bytes,
      type: own(value, 'type'),
      challenge: own(value, 'challenge'),
      origin: own(value, 'origin'),
      crossOrigin: own(value, 'crossOrigin'),
      topOrigin: own(value, 'topOrigin'),
    }
  } catch {
    return undefined
  }
}

/** The first thing that is not as expected, or `undefined` when everything is. Both ceremonies ask this one function. */
export function findClientDataFault(clientData: ClientData, expected: ClientDataExpectation): RefusalReason | undefined {
  if (clientData.type !== expected.type) return 'client_data_type'
  if (clientData.challenge !== expected.challenge) return 'challenge_mismatch'
  if (typeof clientData.origin !== 'string' || !expected.origins.includes(clientData.origin)) return 'origin_not_allowed'
  return isFramedAsAllowed(clientData, expected.topOrigins) ? undefined : 'cross_origin'
}

/**
 * `crossOrigin` and `topOrigin` come together or not at all, except from browsers that do not send `topOrigin` yet: without it nobody knows whose
 * page it was, so that is refused as well.
 */
function isFramedAsAllowed(clientData: ClientData, topOrigins: readonly string[]): boolean {
  const { crossOrigin, topOrigin } = clientData
  if (crossOrigin === undefined || crossOrigin === null || crossOrigin === false) return topOrigin === undefined || topOrigin === null
  return crossOrigin === true && typeof topOrigin === 'string' && topOrigins.includes(topOrigin)
}

function own(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
}
