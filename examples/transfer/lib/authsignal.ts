import { Authsignal } from '@authsignal/node'

/** The article's package, with Sallyport's URL. */
export const authsignal = new Authsignal({
  apiSecretKey: process.env.SALLYPORT_API_SECRET_KEY ?? '',
  apiUrl: process.env.SALLYPORT_API_URL ?? '',
})
