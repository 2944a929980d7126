import { authsignalPasskeys } from './authsignal-passkeys.ts'
import type { PasskeyConfig, Passkeys } from './passkeys.ts'
import { sallyportPasskeys } from './sallyport-passkeys.ts'

/** The calls from the browser, with the package that the bank runs on. */
export function createPasskeys(config: PasskeyConfig): Passkeys {
  return config.sdk === 'authsignal' ? authsignalPasskeys(config) : sallyportPasskeys(config)
}
