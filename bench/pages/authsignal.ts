// @ts-expect-error: the declarations of @authsignal/browser 1.16.0 name files without extensions, which this module resolution does not find.
import { Authsignal } from '@authsignal/browser'

// The same page with the peer's SDK.
Object.assign(globalThis, { sdk: Authsignal })
