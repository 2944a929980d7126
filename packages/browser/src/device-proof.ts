import { call, isFailure } from './client-api.ts'
import { failure, type Result } from './result.ts'

export interface DeviceProof {
  /** Names the key of this browser: `dk_` and a hash. Nobody without the key can prove it. */
  deviceId: string
  /** Shows for ten minutes that the key is here. */
  deviceProof: string
}

interface ProvenDevice extends DeviceProof {
  expiresInSeconds: number
}

interface Kept {
  proof: Promise<Result<ProvenDevice>>
  /** When to ask again, as `Date.now()`. */
  until: number
}

const database = 'sallyport'
const keys = 'keys'
const kept = new Map<string, Kept>()

/**
 * The signed id of this browser, with a proof of it. Your server passes both to `track`, as `deviceId` and `deviceProof`: an id that somebody
 * copied is then no longer worth anything.
 *
 * The private key is made on the first call and never leaves the browser; scripts of your page can use it, and cannot read it. It belongs to
 * this origin and this tenant. Call it right before each action: a proof is kept for some minutes, so most calls send nothing.
 *
 * `not_supported`: the page is not on https, or the browser may not keep data. Track `anonymousId` then.
 */
export async function getDeviceProof(options: { tenantId: string; baseUrl: string }): Promise<Result<DeviceProof>> {
  const { tenantId, baseUrl } = options
  const name = `${baseUrl} ${tenantId}`
  const now = Date.now()
  const known = kept.get(name)
  // A clock that was set back must not keep a proof for ever.
  const asked =
    known !== undefined && now < known.until && known.until - now <= 86_400_000 ? known : { proof: prove(options), until: now + 60_000 }
  kept.set(name, asked)
  const result = await asked.proof
  if (result.data === undefined) {
    if (kept.get(name) === asked) kept.delete(name)
    return result
  }
  const { deviceId, deviceProof, expiresInSeconds } = result.data
  // Half of its life is left for the way through the application.
  if (asked !== known) asked.until = now + expiresInSeconds * 500
  return { data: { deviceId, deviceProof } }
}

async function prove({ tenantId, baseUrl }: { tenantId: string; baseUrl: string }): Promise<Result<ProvenDevice>> {
  const api = { tenantId, baseUrl, onTokenExpired: undefined }
  let pair: CryptoKeyPair
  try {
    pair = await keepKeyPair(tenantId)
  } catch (error) {
    return failure('not_supported', `this page cannot keep a device key: ${error instanceof Error ? error.message : error}`)
  }
  const issued = await call<{ nonce: string }>(api, 'devices/nonce', { body: {} })
  if (isFailure(issued)) return issued
  const { nonce } = issued
  const signed = new TextEncoder().encode(`sallyport device key\n${tenantId}\n${nonce}`)
  const [signature, publicKey] = await Promise.all([
    crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, signed),
    crypto.subtle.exportKey('raw', pair.publicKey),
  ])
  const body = { publicKey: base64url(publicKey), nonce, signature: base64url(signature) }
  const proven = await call<ProvenDevice>(api, 'devices', { body })
  return isFailure(proven) ? proven : { data: proven }
}

/** The key pair of this tenant: the stored one, or a new one that cannot be exported. */
async function keepKeyPair(tenantId: string): Promise<CryptoKeyPair> {
  const request = indexedDB.open(database, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(keys)
  const db = await done(request)
  try {
    const store = (mode: IDBTransactionMode) => db.transaction(keys, mode).objectStore(keys)
    const find = () => done<CryptoKeyPair | undefined>(store('readonly').get(tenantId))
    const found = await find()
    if (found) return found
    const made = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
    // Another tab may have been faster: its key is kept.
    return await done(store('readwrite').add(made, tenantId)).then(
      () => made,
      async (error) => {
        const other = await find()
        if (other) return other
        throw error
      },
    )
  } finally {
    db.close()
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('the database refused'))
  })
}

function base64url(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')
}
