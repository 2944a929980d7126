import { type DeviceIdCookie, keepDeviceId, writeDeviceId } from './device-id.ts'
import { Passkey, type PasskeyState } from './passkey.ts'

export interface SallyportOptions {
  tenantId: string
  /** Your server's address with `/v1`: `https://mfa.example.com/v1`. */
  baseUrl: string
  /** Where the device id cookie counts. Default: this host without `www.`. */
  cookieDomain?: string
  /** Default `__sp_did`. */
  cookieName?: string
  /** A token was refused because it is too old: time to get a new one from your server. */
  onTokenExpired?: () => void
}

/**
 * A page's client of Sallyport. Make one when the page starts: it keeps the device id cookie, which your server hands to `track` as `deviceId`.
 * May be made during server-side rendering, where it does nothing.
 */
export class Sallyport {
  readonly passkey: Passkey
  readonly #cookie: DeviceIdCookie
  readonly #state: PasskeyState
  #deviceId: string

  constructor({ tenantId, baseUrl, cookieDomain, cookieName = '__sp_did', onTokenExpired }: SallyportOptions) {
    this.#cookie = { name: cookieName, domain: cookieDomain }
    this.#deviceId = keepDeviceId(this.#cookie)
    this.#state = { api: { tenantId, baseUrl, onTokenExpired }, token: undefined, deviceId: () => this.#deviceId }
    this.passkey = new Passkey(this.#state)
  }

  /** The id of this browser, a UUID version 4; may be set to an id of your own. Empty during server-side rendering. */
  get anonymousId(): string {
    return this.#deviceId
  }

  set anonymousId(id: string) {
    this.#deviceId = id
    if (typeof document !== 'undefined') writeDeviceId(this.#cookie, id)
  }

  /** The token that `passkey.signUp` uses when it is given none. */
  setToken(token: string): void {
    this.#state.token = token
  }
}
