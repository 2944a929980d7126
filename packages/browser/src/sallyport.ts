import type { ClientState } from './client-api.ts'
import { type DeviceIdCookie, keepDeviceId, writeDeviceId } from './device-id.ts'
import { Passkey } from './passkey.ts'

export interface SallyportOptions {
  tenantId: string
  /** Your server's address with `/v1`: `https://mfa.example.com/v1`. */
  baseUrl: string
  /** The domain of the device id cookie. Default: this host without `www.`. */
  cookieDomain?: string
  /** Default `__sp_did`. */
  cookieName?: string
  /** Called when a token was refused because it has expired. Get a new one from your server. */
  onTokenExpired?: () => void
}

/** What a client shares with the methods that are imported on their own. */
export let stateOf: (sallyport: Sallyport) => ClientState

/**
 * A page's client of Sallyport. Create one when the page starts: it keeps the device id cookie, which your server passes to `track` as
 * `deviceId`. It may be created during server-side rendering, where it does nothing.
 */
export class Sallyport {
  readonly passkey: Passkey
  readonly #cookie: DeviceIdCookie
  readonly #state: ClientState
  #deviceId: string

  static {
    stateOf = (sallyport) => sallyport.#state
  }

  constructor({ tenantId, baseUrl, cookieDomain, cookieName = '__sp_did', onTokenExpired }: SallyportOptions) {
    this.#cookie = { name: cookieName, domain: cookieDomain }
    this.#deviceId = keepDeviceId(this.#cookie)
    this.#state = { api: { tenantId, baseUrl, onTokenExpired }, token: undefined, deviceId: () => this.#deviceId }
    this.passkey = new Passkey(this.#state)
  }

  /** The id of this browser, a UUID version 4. You may set your own id. Empty during server-side rendering. */
  get anonymousId(): string {
    return this.#deviceId
  }

  set anonymousId(id: string) {
    this.#deviceId = id
    if (typeof document !== 'undefined') writeDeviceId(this.#cookie, id)
  }

  /** The token that every call uses by default, except `passkey.signIn`. */
  setToken(token: string): void {
    this.#state.token = token
  }
}
