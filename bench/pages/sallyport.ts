import { Sallyport } from '@sallyport/browser'

// A page that uses our SDK; what it weighs is measured.
Object.assign(globalThis, { sdk: Sallyport })
