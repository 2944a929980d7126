import { Sallyport } from '@sallyport/browser'

// A page that uses our SDK. Its size is measured.
Object.assign(globalThis, { sdk: Sallyport })
