import { Authsignal } from '@authsignal/browser'

// The same page with the peer's SDK.
Object.assign(globalThis, { sdk: Authsignal })
