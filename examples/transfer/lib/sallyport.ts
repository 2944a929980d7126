import { Sallyport } from '@sallyport/node'
import type { transferAction } from './actions.ts'

/** The data of a transfer: rules read them, and a passkey approves exactly them. */
export type TransferData = {
  transactionValue: number
  recipient: string
}

export const sallyport = new Sallyport<Record<typeof transferAction, TransferData>>({
  apiSecretKey: process.env.SALLYPORT_API_SECRET_KEY,
  apiUrl: process.env.SALLYPORT_API_URL,
})

/** Settings for the browser. Read per request, not at build time, so that one build serves any address. */
export function sallyportConfig() {
  return {
    tenantId: process.env.SALLYPORT_TENANT_ID ?? '',
    baseUrl: process.env.SALLYPORT_PUBLIC_API_URL ?? process.env.SALLYPORT_API_URL ?? '',
  }
}
